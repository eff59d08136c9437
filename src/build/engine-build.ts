/** Builds without buildx: the engine's own, older builder, over its API. */
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { messageOf, UserError } from '../errors.ts'
import { askEngine } from '../image/ask-engine.ts'
import { BuilderLostError, buildFailed, buildTimedOut } from './build-error.ts'
import type { BuildOptions, Side } from './build-options.ts'
import type { Environment } from './child-environment.ts'
import { packContext } from './context-tar.ts'
import { engineQuery } from './engine-options.ts'
import { explainFailure } from './explain-failure.ts'
import { splitLines } from './line-splitter.ts'
import { keepLog, type LogKeeper } from './log-keeper.ts'
import { oneLine } from './redact.ts'
import type { ResolvedInputs } from './resolve-context.ts'
import type { RunContext } from './run-logged.ts'

export interface EngineBuild {
  readonly engine: Docker
  readonly options: BuildOptions
  readonly inputs: ResolvedInputs
  readonly side: Side
  readonly tag: string
  /** The Dockerfile as a message names it: relative to the checkout. */
  readonly dockerfile: string
  readonly environment: Environment
}

/**
 * Builds and tags; gives the image's id. Refuses a Dockerfile with heredocs, which this builder would run as empty
 * commands and call a success (measured on Engine 29), and inputs that it cannot carry.
 */
export const buildWithEngine = async (build: EngineBuild, context: RunContext): Promise<string> => {
  context.signal?.throwIfAborted()
  await refuseHeredocs(build)
  const packed = await packContext(build.inputs.context, build.inputs.dockerfile)
  const query = engineQuery(build.options, {
    tag: build.tag,
    dockerfile: packed.dockerfile,
    environment: build.environment,
  })
  const keeper = keepLog(context)
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(new Error('timeout')), context.timeoutMs)
  const onAbort = (): void => stop.abort(context.signal?.reason)
  context.signal?.addEventListener('abort', onAbort, { once: true })
  const body = Readable.from(packed.chunks)
  let broken: unknown = null
  body.on('error', error => {
    broken = error
    stop.abort(error) // what reads the stream is not told otherwise
  })
  try {
    const error = await follow(build, { ...query, abortSignal: stop.signal }, body, keeper)
    if (error !== null)
      throw buildFailed(build.side, build.dockerfile, explainFailure(keeper.tail(), error), keeper.tail())
    return await imageId(build, stop.signal)
  } catch (error) {
    context.signal?.throwIfAborted()
    if (broken) throw broken
    if (stop.signal.aborted) throw buildTimedOut(build.side, context.timeoutMs, keeper.tail())
    throw error
  } finally {
    clearTimeout(timer)
    context.signal?.removeEventListener('abort', onAbort)
    body.destroy()
  }
}

const imageId = async ({ engine, tag }: EngineBuild, signal: AbortSignal): Promise<string> => {
  const image = await askEngine(engine, {
    method: 'GET',
    path: `/images/${tag}/json`,
    timeoutMs: ANSWER_TIMEOUT_MS,
    signal,
  })
  return String((image as { Id?: unknown } | null)?.Id ?? '')
}

const ANSWER_TIMEOUT_MS = 60_000

/** Sends the context and reads the progress. Gives the builder's error, or null when it named an image at the end. */
const follow = async (
  build: EngineBuild,
  query: object,
  body: Readable,
  keeper: LogKeeper,
): Promise<string | null> => {
  let progress: NodeJS.ReadableStream
  try {
    progress = await build.engine.buildImage(body, query as Docker.ImageBuildOptions)
  } catch (error) {
    // 400 and 500 are the builder's word about the Dockerfile; without a status there was no engine to ask
    if (BUILDERS_WORD.has((error as { statusCode?: number }).statusCode ?? 0)) return messageOf(error)
    throw new BuilderLostError(`the engine cannot be asked to build: ${oneLine(messageOf(error))}`)
  }
  let failure: string | null = null
  let built = false
  const output = splitLines(keeper.line)
  const messages = splitLines(text => {
    const message = parseMessage(text)
    failure = message.error ?? failure
    built ||= message.id !== undefined
    if (message.stream) output.push(Buffer.from(message.stream))
    if (message.status) output.push(Buffer.from(`${message.status}\n`))
  })
  try {
    for await (const chunk of progress) messages.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  } catch (error) {
    throw new BuilderLostError(
      `the engine went away in the middle of a build (${oneLine(messageOf(error))}): see whether it runs, and try again`,
    )
  }
  messages.end()
  output.end()
  if (failure === null && !built)
    throw new BuilderLostError('the engine ended the build without an image and without an error: try again')
  return failure
}

const BUILDERS_WORD: ReadonlySet<number> = new Set([400, 404, 500])

interface Message {
  readonly stream?: string
  readonly status?: string
  readonly error?: string
  readonly id?: string
}

/** One line of the API's progress. Download progress, many lines a second, is left out. */
const parseMessage = (text: string): Message => {
  if (text.trim() === '') return {}
  let value: Record<string, unknown>
  try {
    value = JSON.parse(text)
  } catch {
    return { stream: `${text}\n` }
  }
  const word = (key: string): string | undefined =>
    typeof value[key] === 'string' ? (value[key] as string) : undefined
  const detail = value.progressDetail as { current?: number } | undefined
  const id = (value.aux as { ID?: string } | undefined)?.ID
  return {
    ...(word('stream') && { stream: word('stream')! }),
    ...(word('status') &&
      detail?.current === undefined && { status: [word('id'), word('status')].filter(Boolean).join(': ') }),
    ...(word('error') && { error: word('error')! }),
    ...(id && { id }),
  }
}

/** BuildKit takes a word such as `<<EOF` or `3<<-"EOF"` of these instructions for one; continued lines belong to them. */
const HEREDOC =
  /^[ \t]*(?:ONBUILD[ \t]+)?(?:RUN|COPY|ADD)[ \t](?:(?:\\\r?\n|[^\n])*[ \t])?\d*<<-?(["']?)[A-Za-z_]\w*\1/im

const refuseHeredocs = async ({ inputs, dockerfile }: EngineBuild): Promise<void> => {
  const text = await readFile(inputs.dockerfile, 'utf8')
  const match = HEREDOC.exec(text)
  if (!match) return
  const line = text.slice(0, match.index).split('\n').length
  throw new UserError(`${dockerfile}:${line}: a heredoc needs BuildKit: install docker buildx`)
}
