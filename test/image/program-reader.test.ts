import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Program } from '../../src/image/image.ts'
import { createProgramReader } from '../../src/image/program-reader.ts'
import { readLayers } from '../support/make-image.ts'
import { file, hardlink } from '../support/make-tar.ts'

const read = (content: Uint8Array, chunkBytes = content.length, executable = true): Program | null => {
  const reader = createProgramReader()
  reader.begin({ sizeBytes: content.length, storedBytes: content.length, executable })
  for (let at = 0; at < content.length; at += chunkBytes) reader.body(content.subarray(at, at + chunkBytes))
  return reader.end()
}

const script = (text: string): Program | null => read(Buffer.from(text))

test('the first line of a script is read as the kernel reads it', () => {
  const long = `/${'x'.repeat(300)}`
  const cases: readonly (readonly [string, string | null, string | null])[] = [
    ['#!/bin/sh\necho', '/bin/sh', null],
    ['#! /bin/sh -e  \n', '/bin/sh', '-e'],
    ['#!\t/usr/bin/env  -S node --flag x\n', '/usr/bin/env', '-S node --flag x'],
    ['#!/bin/sh\r\nset -e\r\n', '/bin/sh\r', null],
    ['#!/bin/sh', '/bin/sh', null],
    ['#!\n', null, null],
    ['#! \n/bin/sh\n', null, null],
    [' #!/bin/sh\n', null, null],
    ['#/bin/sh\n', null, null],
    [`#!${long}\n`, null, null],
    [`#!/bin/sh ${long}\n`, '/bin/sh', long.slice(0, 246)],
  ]
  for (const [text, interpreter, argument] of cases) {
    const expected = interpreter === null ? null : { kind: 'script', interpreter, argument }
    assert.deepEqual(script(text), expected, JSON.stringify(text.slice(0, 40)))
  }
})

test('a script that is not executable is a text', () => {
  assert.equal(read(Buffer.from('#!/bin/sh\n'), 10, false), null)
})

test('the chunks in which a file comes do not matter', () => {
  const text = Buffer.from(`#!/usr/bin/env python3\n${'#'.repeat(2000)}`)
  const elf = readFileSync(process.execPath).subarray(0, 300_000)
  for (const chunkBytes of [1, 3, 4, 255, 256, 257, 1000]) {
    assert.deepEqual(read(text, chunkBytes), {
      kind: 'script',
      interpreter: '/usr/bin/env',
      argument: 'python3',
    })
    assert.deepEqual(read(elf, chunkBytes), read(elf), `chunks of ${chunkBytes}`)
  }
})

test('one reader serves file after file', () => {
  const reader = createProgramReader()
  const next = (content: string): Program | null => {
    const bytes = Buffer.from(content)
    reader.begin({ sizeBytes: bytes.length, storedBytes: bytes.length, executable: true })
    if (bytes.length > 0) reader.body(bytes)
    return reader.end()
  }
  assert.equal(next('#!/bin/sh\n')?.kind, 'script')
  assert.equal(next(''), null)
  assert.equal(next('\x7fELF')?.kind, 'elf')
  assert.equal(next('\x7fEL'), null)
  assert.equal(next('plain'), null)
})

test('of a sparse ELF file only the stored parts come: it is not examined', () => {
  const reader = createProgramReader()
  reader.begin({ sizeBytes: 4096, storedBytes: 512, executable: true })
  reader.body(Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(508)]))
  const program = reader.end()
  assert.deepEqual(
    program?.kind === 'elf' && !program.elf.examined && program.elf.why,
    'it is stored as a sparse file',
  )
})

test('a layer’s programs are known by entry, and a hard link names the same one', () => {
  const [layer] = readLayers([
    [
      file('bin/run', '#!/bin/sh\n', { mode: 0o755 }),
      hardlink('bin/also', 'bin/run'),
      file('etc/text', '#!/bin/sh\n', { mode: 0o644 }),
    ],
  ])
  const { entries, programs } = layer!
  assert.deepEqual(
    [...programs.keys()].map(entry => entries.path(entry)),
    ['/bin/run'],
  )
})
