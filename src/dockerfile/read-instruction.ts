/** One logical line to an instruction, by dockerfile-ast. */
import { DockerfileParser, type PropertyInstruction } from 'dockerfile-ast'
import type { Instruction, Setting } from './dockerfile.ts'
import type { LogicalLine } from './read-lines.ts'
import { jsonWords, splitWords } from './words.ts'

export interface Place {
  readonly file: string
  readonly escapeChar: string
  readonly stage: number
}

/** Instructions that take `--flags`; elsewhere `--x` is an argument. */
const TAKES_FLAGS = new Set(['ADD', 'COPY', 'FROM', 'HEALTHCHECK', 'RUN'])
const TAKES_JSON = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME'])

/** Reads one logical line. Nothing is checked here: `checkInstruction` does. */
export const readInstruction = (line: LogicalLine, place: Place): Instruction => {
  const { keyword, rest } = splitKeyword(line.joined)
  const { flags, body } = TAKES_FLAGS.has(keyword) ? splitFlags(rest) : { flags: [], body: rest }
  const words = TAKES_JSON.has(keyword) ? jsonWords(body) : null
  return {
    keyword,
    text: line.text,
    arguments: collapse(rest),
    body,
    flags,
    words: words === 'mixed' ? null : words,
    settings: settingsOf(keyword, body, place.escapeChar),
    line: { file: place.file, start: line.start, end: line.end },
    stage: place.stage,
    heredoc: line.heredocs.length > 0,
    heredocs: line.heredocs,
    trigger: keyword === 'ONBUILD' ? readTrigger(line, body, place) : null,
  }
}

/** One level deep: builders refuse an `ONBUILD` of an `ONBUILD`. */
const readTrigger = (line: LogicalLine, body: string, place: Place): Instruction | null => {
  if (body === '') return null
  const joined = splitKeyword(body).keyword === 'ONBUILD' ? 'ONBUILD' : body
  return readInstruction({ ...line, joined, text: body }, place)
}

/** White space runs to one space each. */
export const collapse = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The image and the stage name of a `FROM` that passed its check. */
export const readFrom = (instruction: Instruction): { image: string; name: string | null } => {
  const from = DockerfileParser.parse(`FROM ${instruction.arguments}`).getFROMs()[0]
  return { image: from?.getImage() ?? '', name: from?.getBuildStage() ?? null }
}

const splitKeyword = (joined: string): { keyword: string; rest: string } => {
  const match = /^(\S+)\s*([\s\S]*)$/.exec(joined.trim())
  return { keyword: (match?.[1] ?? '').toUpperCase(), rest: match?.[2] ?? '' }
}

/** Flags lead; quotes may hold white space (`--mount=type=bind,"source=a b"`); `--` alone ends them. */
const splitFlags = (rest: string): { flags: readonly string[]; body: string } => {
  const flags: string[] = []
  let body = rest
  for (;;) {
    const match = /^\s*(--(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])*)(?=\s|$)/.exec(body)
    if (!match) return { flags, body: body.trim() }
    body = body.slice(match[0].length)
    if (match[1] === '--') return { flags, body: body.trim() }
    flags.push(match[1]!)
  }
}

/** dockerfile-ast takes `ARG A B=1` for a name and its value, so the words of an `ARG` go to it one by one. */
const settingsOf = (keyword: string, body: string, escapeChar: string): readonly Setting[] => {
  if (keyword === 'ARG')
    return splitWords(body, escapeChar).flatMap(word => readPairs(`ARG ${word}`, escapeChar))
  return keyword === 'ENV' || keyword === 'LABEL' ? readPairs(`${keyword} ${body}`, escapeChar) : []
}

const readPairs = (line: string, escapeChar: string): readonly Setting[] => {
  const directive = escapeChar === '\\' ? '' : `# escape=${escapeChar}\n`
  const [instruction] = DockerfileParser.parse(directive + line).getInstructions()
  if (!instruction || !('getProperties' in instruction)) return []
  const properties = (instruction as PropertyInstruction).getProperties()
  return properties.map(property => ({ name: property.getName(), value: property.getValue() }))
}
