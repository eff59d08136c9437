/** ELF files, whole and as they stream by. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { createElfCapture } from '../../../src/elf/elf-capture.ts'
import { elfFacts } from '../../../src/elf/elf-facts.ts'
import type { ElfFacts } from '../../../src/elf/elf-types.ts'
import { createProgramReader } from '../../../src/image/program-reader.ts'
import { makeElfFile } from '../../support/make-elf.ts'
import type { Target } from '../target.ts'

const MADE = [
  { class: 64, isLittleEndian: true, machine: 62 },
  { class: 64, isLittleEndian: false, machine: 22 },
  { class: 32, isLittleEndian: true, machine: 40 },
  { class: 32, isLittleEndian: false, machine: 20 },
] as const

/** Small real ones of this machine: symbol versions, notes, an interpreter. */
const REAL = ['/usr/bin/true', '/lib/x86_64-linux-gnu/libdl.so.2', '/lib/aarch64-linux-gnu/libdl.so.2']

const captured = (bytes: Uint8Array, chunkBytes: number): ElfFacts => {
  const capture = createElfCapture()
  capture.begin(bytes.length)
  for (let at = 0; at < bytes.length; at += chunkBytes) capture.write(bytes.subarray(at, at + chunkBytes))
  return capture.end()
}

const changes = fc.array(
  fc.tuple(fc.nat(400), fc.constantFrom(0, 1, 2, 3, 4, 8, 16, 0x40, 0x7f, 0x80, 0xff)),
  { maxLength: 20 },
)

export const elf: Target = {
  name: 'elf',
  about: 'an ELF file or a script, whole and in chunks',
  seeds: () => [
    ...MADE.map(made => makeElfFile(made, 2048, 9000)),
    ...REAL.filter(path => existsSync(path)).map(path => readFileSync(path).subarray(0, 64 * 1024)),
    Buffer.from('#!/usr/bin/env -S python3 -u\nprint(1)\n'),
  ],
  words: [
    ...['\x7fELF\x02\x01\x01', '\x7fELF\x01\x02\x01', 'Go\0\0', '$ORIGIN', 'GLIBC_2.34\0', '#!/'],
    ...['/lib64/ld-linux-x86-64.so.2\0', '\xff'.repeat(8), '\0'.repeat(8)],
  ],
  generate: fc
    .tuple(
      fc.constantFrom(...MADE),
      changes,
      fc.integer({ min: 5000, max: 9000 }),
      fc.integer({ min: 0, max: 8000 }),
    )
    .map(([made, places, sizeBytes, strings]) => {
      const bytes = makeElfFile(made, Math.min(strings, sizeBytes - 100), sizeBytes)
      // program headers, and the dynamic section behind them
      for (const [at, value] of places) bytes[at < 200 ? at + 4 : sizeBytes - 4096 + at - 200] = value
      return bytes
    }),
  run: bytes => {
    const whole = elfFacts([{ offset: 0, bytes }])
    const streamed = captured(bytes, [64, 1000, 4096, 65_536][bytes.length % 4]!)
    if (streamed.examined) assert.deepEqual(streamed, whole)
    const reader = createProgramReader()
    reader.begin({ sizeBytes: bytes.length, storedBytes: bytes.length, executable: true })
    for (let at = 0; at < bytes.length; at += 5000) reader.body(bytes.subarray(at, at + 5000))
    reader.end()
  },
}
