/** The small bodies of a registry's answers, whole. */
import { CorruptError } from '../errors.ts'
import type { RegistryAnswer } from './registry-request.ts'

/** @param where names the answer in the error about one that is larger than `limitBytes` */
export const bytesOf = async (answer: RegistryAnswer, limitBytes: number, where: string): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > limitBytes) throw new CorruptError(`${where} answers with more than ${limitBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
