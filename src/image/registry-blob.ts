/** Bytes of a registry, whatever its connections do meanwhile. */
import { createHash } from 'node:crypto'
import { CorruptError, UserError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Descriptor } from './oci.ts'
import { bytesOf } from './registry-body.ts'
import type { RegistryClient } from './registry-client.ts'
import { broken, damaged } from './registry-errors.ts'
import type { RegistryAnswer } from './registry-request.ts'
import { type Patience, pauseBefore } from './registry-retry.ts'

const BREAKS_WITHOUT_PROGRESS = 4
const BREAKS_OF_ONE_BLOB = 50

/** A small answer, whole; asked for again when the connection breaks in the middle. */
export const fetchSmall = async (
  client: RegistryClient,
  path: string,
  headers: Readonly<Record<string, string>>,
  source: string,
  world: Patience,
): Promise<{ readonly bytes: Buffer; readonly headers: RegistryAnswer['headers'] }> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await client.get(path, headers)
    try {
      return {
        bytes: await bytesOf(answer, LIMITS.jsonBytes, `${source}: the registry`),
        headers: answer.headers,
      }
    } catch (error) {
      if (error instanceof UserError) throw error
      world.signal?.throwIfAborted()
      if (attempt >= BREAKS_WITHOUT_PROGRESS) throw broken(source)
      await world.wait(pauseBefore(attempt), world.signal)
    }
  }
}

/** A blob's bytes; what was received is not asked for again after a connection broke (RFC 9110, 14.2). */
export async function* receive(
  client: RegistryClient,
  { digest, sizeBytes }: Descriptor,
  source: string,
  world: Patience,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0
  let idle = 0
  for (let breaks = 0; received < sizeBytes; breaks += 1) {
    if (breaks > 0) await world.wait(pauseBefore(idle + 1), world.signal)
    const answer = await client.get(`blobs/${digest}`, received > 0 ? { Range: `bytes=${received}-` } : {})
    const before = received
    // a registry without ranges sends it all again
    let skip = answer.status === 206 ? received - rangeStart(answer.headers['content-range']) : received
    if (skip < 0 || Number.isNaN(skip))
      throw new CorruptError(`${source}: the registry sends another range than was asked for`)
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length))
        skip -= chunk.length - fresh.length
        received += fresh.length
        if (received > sizeBytes) throw damaged(source, digest)
        if (fresh.length > 0) yield fresh
      }
    } catch (error) {
      if (error instanceof UserError) throw error
      world.signal?.throwIfAborted()
    }
    idle = received > before ? 0 : idle + 1
    if (idle >= BREAKS_WITHOUT_PROGRESS || breaks >= BREAKS_OF_ONE_BLOB) throw broken(source)
  }
}

/** `bytes 100-199/200` → 100. */
const rangeStart = (value: string | undefined): number =>
  Number(/^bytes (\d+)-/.exec(value ?? '')?.[1] ?? Number.NaN)

export const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`
