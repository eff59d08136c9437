/** Finds in a failed build's last lines what failed, where and why, for BuildKit 0.8 to 0.33 and the legacy builder. */
import { oneLine } from './redact.ts'

export interface Failure {
  /** One line, without the builder's own stack of "failed to …". */
  readonly reason: string
  /** Lines of the Dockerfile, from 1, where the builder names them; BuildKit 0.8 does so for parse errors only. */
  readonly line: { readonly start: number; readonly end: number } | null
  /** The instruction as the builder shows it, where it shows it. */
  readonly step: string | null
  readonly missing: string | null
  /** The builder went away or its disk is full: nothing is said of the Dockerfile. */
  readonly isBuilderLost: boolean
}

/**
 * @param lines the end of the log, oldest first
 * @param error the builder's own error, where it comes apart from the log (the engine's API)
 */
export const explainFailure = (lines: readonly string[], error: string | null = null): Failure => {
  const message = withoutPrefixes(error ?? lastError(lines))
  const parse = /dockerfile parse error (?:on )?line (\d+): (.*)$/s.exec(message)
  return {
    reason: parse ? `it does not parse: ${oneLine(parse[2]!)}` : reasonOf(message),
    line: parse ? { start: Number(parse[1]), end: Number(parse[1]) } : markedLines(lines),
    step: lastStep(lines),
    missing: missingPath(message),
    isBuilderLost: LOST.test(message) && !PROCESS.some(form => form.test(message)),
  }
}

/** What gRPC, buildx and the docker command say when nobody answers any more. */
const LOST =
  /\bcode = Unavailable\b|^failed to receive status: |^Cannot connect to the Docker daemon|\berror reading from server\b|: no space left on device$/i

const lastError = (lines: readonly string[]): string => {
  const at = lines.findLastIndex(line => /^(?:error|failed to solve): ./i.test(line))
  return at >= 0 ? lines[at]! : (lines.findLast(line => line.trim() !== '') ?? '')
}

const PREFIX =
  /^(?:error: |failed to build: |failed to solve: |rpc error: code = \w+ desc = |failed to solve with frontend \S+: |failed to create LLB definition: |failed to compute cache key: |failed to calculate checksum of ref \S+: |\(HTTP code \d+\) [a-z ]+ - )/i

const withoutPrefixes = (message: string): string => {
  let rest = message.trim()
  for (let match = PREFIX.exec(rest); match; match = PREFIX.exec(rest)) rest = rest.slice(match[0].length)
  return rest
}

const PROCESS = [
  /^process "(?<command>.*)" did not complete successfully: (?<end>.*)$/s,
  /^executor failed running \[(?<command>.*)\]: (?<end>.*)$/s,
  /^The command '(?<command>.*)' returned a non-zero code: (?<end>\d+)$/s,
]

const reasonOf = (message: string): string => {
  for (const form of PROCESS) {
    const end = form.exec(message)?.groups?.end
    if (end === undefined) continue
    const code = /^(?:exit code: )?(\d+)$/.exec(end)?.[1]
    return code ? `the command ended with exit code ${code}` : `the command did not complete: ${oneLine(end)}`
  }
  const missing = missingPath(message)
  if (missing !== null) return `"${oneLine(missing, 120)}" was not found`
  return message === '' ? 'the builder did not say why' : oneLine(message)
}

/** BuildKit: `"/dist": not found`, `"/dist" not found: not found`; legacy: `stat dist: file does not exist`. */
const missingPath = (message: string): string | null => {
  const buildKit = /^"(\/[^"]*)"(?: not found)?: not found$/.exec(message)
  if (buildKit) return buildKit[1]!
  const legacy =
    /^(?:COPY|ADD) failed: .*\bstat (?:\/var\/lib\/docker\/tmp\/docker-builder\d+\/)?(.+): (?:file does not exist|no such file or directory)$/.exec(
      message,
    )
  return legacy ? `/${legacy[1]!.replace(/^\/+/, '')}` : null
}

/** The excerpt that BuildKit 0.9 and later print: `Dockerfile:14`, a rule, and the lines, the failed ones marked `>>>`. */
const markedLines = (lines: readonly string[]): Failure['line'] => {
  const last = lines.findLastIndex(line => /^ *\d+ \| >>> /.test(line))
  if (last < 0) return null
  let first = last
  while (/^ *\d+ \| >>> /.test(lines[first - 1] ?? '')) first -= 1
  return { start: Number.parseInt(lines[first]!, 10), end: Number.parseInt(lines[last]!, 10) }
}

const lastStep = (lines: readonly string[]): string | null => {
  for (const line of lines.toReversed()) {
    const step = /^ > \[(?!internal\])[^\]]*\] (.*):$/.exec(line) ?? /^Step \d+\/\d+ : (.*)$/.exec(line)
    if (step) return oneLine(step[1]!, 80)
  }
  return null
}
