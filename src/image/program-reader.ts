/** Recognises what the kernel could start or load, as its bytes stream by: ELF files and scripts. */
import { createElfCapture } from '../elf/elf-capture.ts'
import { elfFacts, isElf } from '../elf/elf-facts.ts'
import type { Program } from './image.ts'

export interface ProgramReader {
  /**
   * A regular file begins.
   * @param storedBytes how many bytes of it will come: fewer than `sizeBytes` for a sparse file
   */
  begin(file: {
    readonly sizeBytes: number
    readonly storedBytes: number
    readonly executable: boolean
  }): void
  /** The next bytes, valid during the call. */
  body(chunk: Uint8Array): void
  /** What the file is; null for anything else. */
  end(): Program | null
}

/** What the kernel reads of a script: `BINPRM_BUF_SIZE` (include/uapi/linux/binfmts.h). */
const HEAD_BYTES = 256
const MAGIC_BYTES = 4

export const createProgramReader = (): ProgramReader => {
  let file = { sizeBytes: 0, storedBytes: 0, executable: false }
  const head = Buffer.alloc(HEAD_BYTES)
  let headBytes = 0
  let stage: 'head' | 'elf' | 'done' = 'done'
  const capture = createElfCapture()
  let program: Program | null = null

  /** Nearly every file comes in one chunk, and is judged without a copy. */
  const first = (chunk: Uint8Array): void => {
    stage = 'done'
    if (isElf(chunk)) {
      if (chunk.length === file.sizeBytes) program = elfProgram(chunk)
      else startElf(chunk)
    } else if (file.executable && isScript(chunk)) program = readScript(chunk.subarray(0, HEAD_BYTES))
  }

  const startElf = (chunk: Uint8Array): void => {
    if (file.storedBytes !== file.sizeBytes) {
      program = {
        kind: 'elf',
        elf: { examined: false, why: 'it is stored as a sparse file', header: null, interpreter: null },
      }
      return
    }
    stage = 'elf'
    capture.begin(file.sizeBytes)
    capture.write(chunk)
  }

  const collect = (chunk: Uint8Array): void => {
    const taken = chunk.subarray(0, HEAD_BYTES - headBytes)
    head.set(taken, headBytes)
    headBytes += taken.length
    if (headBytes >= Math.min(HEAD_BYTES, file.storedBytes)) {
      first(head.subarray(0, headBytes))
      if (stage === 'elf' && taken.length < chunk.length) capture.write(chunk.subarray(taken.length))
    }
  }

  return {
    begin: next => {
      file = next
      headBytes = 0
      program = null
      stage = next.storedBytes >= MAGIC_BYTES ? 'head' : 'done'
    },
    body: chunk => {
      if (stage === 'done') return
      if (stage === 'elf') capture.write(chunk)
      else if (headBytes === 0 && chunk.length >= Math.min(HEAD_BYTES, file.storedBytes)) first(chunk)
      else collect(chunk)
    },
    end: () => {
      if (stage === 'elf') program = { kind: 'elf', elf: capture.end() }
      stage = 'done'
      return program
    },
  }
}

const elfProgram = (bytes: Uint8Array): Program => ({
  kind: 'elf',
  elf: elfFacts([{ offset: 0, bytes }]),
})

const isScript = (first: Uint8Array): boolean => first[0] === 0x23 && first[1] === 0x21

/** `#! interpreter [one argument]`, as fs/binfmt_script.c reads it; a carriage return is part of the name. */
const readScript = (head: Uint8Array): Program | null => {
  const text = Buffer.from(head).toString('utf8')
  const end = text.indexOf('\n')
  const line = (end === -1 ? text : text.slice(0, end)).slice(2).replace(/^[ \t]+|[ \t]+$/g, '')
  const [, interpreter, argument] = /^([^ \t\0]+)[ \t]*([^\0]*)/.exec(line) ?? []
  // a name that the kernel's buffer cuts off is refused, and means nothing here
  if (interpreter === undefined || (end === -1 && head.length === HEAD_BYTES && !argument)) return null
  return { kind: 'script', interpreter, argument: argument ? argument : null }
}
