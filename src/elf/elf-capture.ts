/**
 * Keeps the parts of an ELF file that matter while it streams by, in one forward pass. Where they are was measured over
 * some thousand files. The strings come before the dynamic section, and end within 280 kB for 99 % of them. Programs
 * that export their symbols (Node.js, containerd, libLLVM) have them within the first segment and the first 9 MB.
 * Go's linker has them in the middle, and a section table in the first page that says where. What went through patchelf
 * has them at the end, behind the dynamic section, which says where. What BOLT rewrote has its program headers at the
 * end: that is not examined.
 */
import { readDynamicTable } from './elf-dynamic.ts'
import { elfFacts } from './elf-facts.ts'
import { createFields } from './elf-fields.ts'
import { readHeader } from './elf-header.ts'
import type { Piece } from './elf-pieces.ts'
import { readSections, SECTION } from './elf-sections.ts'
import { type ElfFacts, type ElfHeader, SEGMENT, type Segment } from './elf-types.ts'

/** Serves file after file. */
export interface ElfCapture {
  /** @param sizeBytes of the whole file */
  begin(sizeBytes: number): void
  /** The next bytes of the file; copied where they matter. */
  write(chunk: Uint8Array): void
  end(): ElfFacts
}

/** Enough for the program headers of nearly every file; what is static needs little more. */
const HEADER_BYTES = 4096
/** Kept from the start of a file that is not static. */
const HEAD_BYTES = 1 << 20
/** Kept of its first segment: one with code in it comes from an old linker, and the strings are before the code. */
const FIRST_SEGMENT_BYTES = 12 << 20
const FIRST_CODE_BYTES = 6 << 20
/** Largest single range kept beyond those, and what patchelf adds at most: the strings and notes that it moved. */
const RANGE_BYTES = 1 << 20
const ADDED_SEGMENT_BYTES = 256 * 1024
/** All that is ever kept at a time. Pages that nothing is written to cost nothing. */
const BUFFER_BYTES = 16 << 20
const RANGES_LIMIT = 32

const DYNAMIC_SECTIONS: ReadonlySet<number> = new Set([SECTION.strings, SECTION.verneed, SECTION.verdef])

/** A part of the file on its way into the buffer: its bytes arrive in order. */
interface Range {
  readonly offset: number
  /** Where it begins in the buffer. */
  readonly at: number
  lengthBytes: number
  filledBytes: number
}

type Stage = 'header' | 'head' | 'dynamic' | 'rest'

const NO_BYTES = new Uint8Array(0)
/** Buffers that nobody is using: as many as files were ever read at the same time. */
const free: Uint8Array[] = []

export const createElfCapture = (): ElfCapture => {
  let buffer: Uint8Array = NO_BYTES
  let usedBytes = 0
  let ranges: Range[] = []
  let sizeBytes = 0
  let position = 0
  let stage: Stage = 'header'
  let header: ElfHeader | null = null
  /** Where this stage ends. */
  let boundary = 0

  const keep = (start: number, end: number, limitBytes = RANGE_BYTES): void => {
    const offset = Math.max(start, position)
    const lengthBytes = Math.min(end, sizeBytes) - offset
    if (!(lengthBytes > 0) || lengthBytes > limitBytes) return
    if (usedBytes + lengthBytes > BUFFER_BYTES || ranges.length === RANGES_LIMIT) return
    ranges.push({ offset, at: usedBytes, lengthBytes, filledBytes: 0 })
    usedBytes += lengthBytes
  }

  /** Makes the first range longer; nothing else is kept yet. */
  const keepHead = (end: number): void => {
    const [head] = ranges
    if (!head || ranges.length > 1) return
    head.lengthBytes = Math.max(head.lengthBytes, Math.min(end, sizeBytes))
    usedBytes = head.lengthBytes
  }

  const pieces = (): Piece[] =>
    ranges.map(({ offset, at, filledBytes }) => ({ offset, bytes: buffer.subarray(at, at + filledBytes) }))

  const segments = (type: number): readonly Segment[] =>
    header?.segments.filter(each => each.type === type && each.fileBytes > 0) ?? []

  const keepSegments = (...types: readonly number[]): void => {
    for (const type of types)
      for (const { offset, fileBytes } of segments(type)) keep(offset, offset + fileBytes)
  }

  /** Where the section table is at hand, the sections; else the first segment. */
  const keepDynamic = (known: ElfHeader): void => {
    const sections = readSections(createFields(pieces(), known), known) ?? []
    const wanted = sections.filter(({ type, isLoaded }) => isLoaded && DYNAMIC_SECTIONS.has(type))
    const loads = segments(SEGMENT.load)
    const [first, last] = [loads[0], loads.at(-1)]
    if (wanted.length === 0 && first) {
      const limitBytes = first.isExecutable ? FIRST_CODE_BYTES : FIRST_SEGMENT_BYTES
      keepHead(Math.min(first.offset + first.fileBytes, limitBytes))
    }
    for (const { offset, bytes } of wanted) keep(offset, offset + bytes)
    keepSegments(SEGMENT.dynamic, SEGMENT.interpreter, SEGMENT.note)
    if (last) keep(last.offset, last.offset + last.fileBytes, ADDED_SEGMENT_BYTES)
  }

  const keepStrings = (known: ElfHeader): void => {
    const table = readDynamicTable(createFields(pieces(), known), known)
    if (table === null || typeof table === 'string') return
    const { offset, bytes } = table.strings
    if (offset >= position) keep(offset, offset + bytes)
  }

  const enter = (next: Stage, end: number): void => {
    stage = next
    boundary = Math.min(end, sizeBytes)
    if (boundary <= position && position < sizeBytes) leave()
  }

  /** The end of a stage is reached: what is known now says what to keep of the rest. */
  const leave = (): void => {
    if (stage === 'header' || stage === 'head') {
      const read = readHeader(pieces())
      header = typeof read === 'string' ? null : read
    }
    const isDynamic = segments(SEGMENT.dynamic).length > 0
    if (stage === 'header') {
      if (header && !isDynamic) {
        keepSegments(SEGMENT.interpreter, SEGMENT.note)
        enter('rest', sizeBytes)
      } else {
        keepHead(HEAD_BYTES)
        enter('head', HEAD_BYTES)
      }
    } else if (stage === 'head') {
      if (header && isDynamic) keepDynamic(header)
      const ends = segments(SEGMENT.dynamic).map(({ offset, fileBytes }) => offset + fileBytes)
      enter(isDynamic ? 'dynamic' : 'rest', isDynamic ? Math.max(...ends) : sizeBytes)
    } else if (stage === 'dynamic') {
      if (header) keepStrings(header)
      enter('rest', sizeBytes)
    }
  }

  return {
    begin: size => {
      sizeBytes = size
      position = 0
      usedBytes = 0
      ranges = []
      header = null
      buffer = free.pop() ?? new Uint8Array(BUFFER_BYTES)
      keep(0, HEADER_BYTES)
      stage = 'header'
      boundary = Math.min(HEADER_BYTES, size)
    },
    write: chunk => {
      for (let at = 0; at < chunk.length; ) {
        const end = position < boundary ? Math.min(chunk.length, at + (boundary - position)) : chunk.length
        const part = chunk.subarray(at, end)
        for (const range of ranges) fill(buffer, range, part, position)
        position += part.length
        at = end
        if (position >= boundary && position < sizeBytes) leave()
      }
    },
    end: () => {
      const facts = elfFacts(pieces())
      free.push(buffer)
      buffer = NO_BYTES
      return facts
    },
  }
}

const fill = (buffer: Uint8Array, range: Range, part: Uint8Array, position: number): void => {
  const from = range.offset + range.filledBytes - position
  if (from < 0 || from >= part.length) return
  const length = Math.min(part.length - from, range.lengthBytes - range.filledBytes)
  if (length <= 0) return
  buffer.set(
    from === 0 && length === part.length ? part : part.subarray(from, from + length),
    range.at + range.filledBytes,
  )
  range.filledBytes += length
}
