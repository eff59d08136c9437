/** One question to an engine whose answer is small: whole, in time, or an error. dockerode waits for ever where an answer breaks off. */
import type Docker from 'dockerode'

const ANSWER_LIMIT_BYTES = 16 * 1024 * 1024

/** An answer other than 200; `message` is the engine's own, or what is left of it. */
export class EngineAnswer extends Error {
  readonly statusCode: number
  constructor(statusCode: number, message: string) {
    super(message)
    this.statusCode = statusCode
  }
}

export class EngineSilence extends Error {}

export interface EngineQuestion {
  readonly method: 'GET' | 'DELETE'
  /** As the engine's API names it, without a query: `/images/NAME/json`. */
  readonly path: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** The parsed answer of a 200. */
export const askEngine = async (docker: Docker, question: EngineQuestion): Promise<unknown> => {
  const { method, path, timeoutMs, signal } = question
  const stop = new AbortController()
  const onAbort = (): void => stop.abort(signal?.reason)
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(
    () => stop.abort(new EngineSilence(`it did not answer within ${timeoutMs / 1000} s`)),
    timeoutMs,
  )
  try {
    const { status, body } = await answerTo(docker, method, path, stop.signal)
    if (status !== 200) throw new EngineAnswer(status, reasonOf(body))
    return parse(body)
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Any status is an answer, so that the body is read here. */
const ANY = new Proxy({}, { get: () => true })

const answerTo = (
  docker: Docker,
  method: string,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    const options = { path, method, isStream: true, abortSignal: signal, statusCodes: ANY }
    docker.modem.dial(options as never, (error, result) => {
      if (error) return reject(error)
      const stream = result as AsyncIterable<Buffer> & { readonly statusCode: number }
      textOf(stream).then(body => resolve({ status: stream.statusCode, body }), reject)
    })
  })

const textOf = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > ANSWER_LIMIT_BYTES) throw new Error(`it answered with more than ${ANSWER_LIMIT_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    throw new Error('its answer is no JSON: it was cut off, or no engine gave it')
  }
}

/** The engine says why in JSON; whatever else it says is given as it is. */
export const reasonOf = (complaint: string): string => {
  try {
    const { message } = JSON.parse(complaint) as { message?: unknown }
    if (typeof message === 'string') return message
  } catch {
    // not JSON: as it is
  }
  return complaint.trim()
}
