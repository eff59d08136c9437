/**
 * One HTTP/1.1 response from its bytes (RFC 9112): status, and the body as views of what came in. Node's own client makes
 * a new buffer of every 64 kB, which for an engine's export costs more than reading the image does
 * (docs/decisions/0011-the-export-has-its-own-socket.md).
 */
import { CorruptError } from '../errors.ts'

export interface ResponseHandler {
  /** Called once, when the head is complete. */
  head(status: number): void
  /** A view that is valid during the call. */
  body(chunk: Uint8Array): void
}

export interface ResponseReader {
  write(chunk: Uint8Array): void
  /** The connection ended: true when the response was complete. */
  end(): boolean
}

const HEAD_LIMIT_BYTES = 64 * 1024
const LINE_LIMIT_BYTES = 1024

type State =
  | { readonly kind: 'head' }
  | { readonly kind: 'size' }
  /** Bytes of the chunk, or of the whole body, that are still to come. */
  | { readonly kind: 'data'; left: number; readonly chunked: boolean }
  | { readonly kind: 'data-end' }
  | { readonly kind: 'trailer' }
  | { readonly kind: 'until-close' }
  | { readonly kind: 'done' }

export const createResponseReader = (handler: ResponseHandler): ResponseReader => {
  let state: State = { kind: 'head' }
  /** The line or head at hand, when it began in an earlier chunk. */
  let held: Buffer = Buffer.alloc(0)

  /** Up to and with `mark`, or null while it is not there yet. Mostly it is in the chunk at hand, and nothing is copied. */
  const take = (
    chunk: Uint8Array,
    at: number,
    mark: string,
    limit: number,
  ): { readonly text: string; readonly next: number } | null => {
    const end = Math.min(chunk.length, at + limit)
    const fresh = Buffer.from(chunk.buffer, chunk.byteOffset + at, end - at)
    const seen = held.length === 0 ? fresh : Buffer.concat([held, fresh])
    const found = seen.indexOf(mark)
    if (found < 0) {
      if (seen.length >= limit) throw new CorruptError('the engine’s answer is not HTTP')
      held = Buffer.from(seen)
      return null
    }
    const next = at + found + mark.length - held.length
    held = Buffer.alloc(0)
    return { text: seen.toString('latin1', 0, found), next }
  }

  const line = (chunk: Uint8Array, at: number): { text: string; next: number } | null =>
    take(chunk, at, '\r\n', LINE_LIMIT_BYTES)

  const step = (chunk: Uint8Array, at: number): number => {
    switch (state.kind) {
      case 'head': {
        const head = take(chunk, at, '\r\n\r\n', HEAD_LIMIT_BYTES)
        if (!head) return chunk.length
        const { status, next } = parseHead(head.text)
        handler.head(status)
        state = next
        return head.next
      }
      case 'size': {
        const size = line(chunk, at)
        if (!size) return chunk.length
        const hex = /^([0-9a-f]{1,12})(?:;.*)?$/i.exec(size.text)?.[1]
        if (hex === undefined) throw new CorruptError('the engine’s answer is damaged: a chunk has no size')
        const bytes = Number.parseInt(hex, 16)
        state = bytes === 0 ? { kind: 'trailer' } : { kind: 'data', left: bytes, chunked: true }
        return size.next
      }
      case 'data': {
        const length = Math.min(state.left, chunk.length - at)
        handler.body(chunk.subarray(at, at + length))
        state.left -= length
        if (state.left === 0) state = state.chunked ? { kind: 'data-end' } : { kind: 'done' }
        return at + length
      }
      case 'data-end': {
        const end = line(chunk, at)
        if (!end) return chunk.length
        if (end.text !== '')
          throw new CorruptError('the engine’s answer is damaged: a chunk is longer than it says')
        state = { kind: 'size' }
        return end.next
      }
      case 'trailer': {
        const trailer = line(chunk, at)
        if (!trailer) return chunk.length
        if (trailer.text === '') state = { kind: 'done' }
        return trailer.next
      }
      case 'until-close':
        handler.body(chunk.subarray(at))
        return chunk.length
      case 'done':
        return chunk.length
    }
  }

  return {
    write: chunk => {
      for (let at = 0; at < chunk.length; ) at = step(chunk, at)
    },
    end: () => state.kind === 'done' || state.kind === 'until-close',
  }
}

const parseHead = (text: string): { readonly status: number; readonly next: State } => {
  const [first = '', ...fields] = text.split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1]
  if (status === undefined) throw new CorruptError('the engine’s answer is not HTTP')
  const field = (name: string): string | undefined =>
    fields
      .find(each => each.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
  if (field('transfer-encoding')?.toLowerCase() === 'chunked')
    return { status: Number(status), next: { kind: 'size' } }
  const length = field('content-length')
  if (length === undefined) return { status: Number(status), next: { kind: 'until-close' } }
  const left = Number(length)
  return {
    status: Number(status),
    next: left === 0 ? { kind: 'done' } : { kind: 'data', left, chunked: false },
  }
}
