/** An engine's export over its Unix socket, read into memory that is used again and again. */
import * as net from 'node:net'
import { UserError } from '../errors.ts'
import type { Feed } from './archive-stream.ts'
import { EngineAnswer, reasonOf } from './ask-engine.ts'
import type { HashThread, LentMemory } from './hash-thread.ts'
import { createResponseReader } from './http-response.ts'

const COMPLAINT_LIMIT = 4096

/**
 * @param socketPath the engine's socket
 * @param path what to GET
 * @param silenceMs longest time without a byte
 * @param hashes lends the memory, so that what it is to hash of it need not be copied
 */
export const exportFeed =
  (socketPath: string, path: string, silenceMs: number, hashes: HashThread, signal?: AbortSignal): Feed =>
  (write, isComplete) =>
    new Promise((resolve, reject) => {
      let status = 0
      let complaint = ''
      let pause: Promise<void> | null = null
      let failed: unknown = null
      const reader = createResponseReader({
        head: code => {
          status = code
        },
        body: chunk => {
          if (status === 200) {
            const wait = write(chunk)
            if (wait) pause = pause ? Promise.all([pause, wait]).then(() => undefined) : wait
          } else if (complaint.length < COMPLAINT_LIMIT) complaint += Buffer.from(chunk).toString('utf8')
        },
      })
      let lent: LentMemory | null = null
      const fail = (error: unknown): void => {
        failed ??= error
        socket.destroy()
      }
      let isFinished = false
      /** Ends where all is there: an engine may first delete what it made of the image, and only then say so (0.6 s of 9). */
      const wantsMore = (): boolean => {
        if (!isComplete?.()) return true
        isFinished = true
        socket.destroy()
        return false
      }
      const socket = net.connect({
        path: socketPath,
        onread: {
          buffer: () => {
            lent = hashes.lend()
            return lent.bytes
          },
          callback: length => {
            const { bytes, release } = lent!
            try {
              reader.write(bytes.subarray(0, length))
            } catch (error) {
              fail(error)
              return false
            } finally {
              release(length)
            }
            if (!pause) return wantsMore()
            pause.then(() => {
              pause = null
              if (wantsMore()) socket.resume()
            }, fail)
            return false
          },
        },
      })
      const abort = (): void =>
        fail(signal?.reason instanceof UserError ? signal.reason : new UserError('stopped'))
      signal?.addEventListener('abort', abort, { once: true })
      // while we pause, the silence is ours
      socket.setTimeout(silenceMs, () => {
        if (pause === null) fail(new Error(`it sent nothing for ${silenceMs / 1000} s`))
      })
      socket.on('error', fail)
      socket.on('close', () => {
        signal?.removeEventListener('abort', abort)
        if (failed) reject(failed)
        else if (isFinished) resolve()
        else if (status !== 0 && status !== 200) reject(new EngineAnswer(status, reasonOf(complaint)))
        else if (status === 0 || !reader.end()) reject(new Error('the connection ended in the middle'))
        else resolve()
      })
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: engine\r\nUser-Agent: plimsoll\r\nConnection: close\r\n\r\n`,
      )
    })
