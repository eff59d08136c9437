import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadedBytes } from '../../src/elf/loaded-bytes.ts'

/** A header, one program header that loads 200 bytes, what is not loaded, a table of two sections. */
const make = (appended = '', type = 1): Buffer => {
  const head = Buffer.alloc(200)
  head.write('\x7fELF\x02\x01\x01', 'latin1')
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(62, 18)
  head.writeBigUInt64LE(64n, 32)
  head.writeBigUInt64LE(300n, 40)
  for (const [i, value] of [64, 56, 1, 64, 2].entries()) head.writeUInt16LE(value, 52 + 2 * i)
  head.writeUInt32LE(type, 64)
  head.writeBigUInt64LE(200n, 64 + 32)
  head.write('loaded', 180)
  return Buffer.concat([head, Buffer.from('debug'.padEnd(100)), Buffer.alloc(128), Buffer.from(appended)])
}
const text = (body: Buffer): string => loadedBytes(body).toString('latin1')

test('what is loaded and what was appended can be seen, debug information cannot', () => {
  assert.match(text(make('payload')), /loaded/)
  assert.match(text(make('payload')), /payload$/)
  assert.doesNotMatch(text(make('payload')), /debug/)
})

test('of a file that does not tell, everything counts', () => {
  assert.match(text(make('', 6)), /debug/)
  assert.match(text(make().subarray(0, 350)), /debug/)
  assert.match(text(Buffer.from('#!/bin/sh\ngcc a.c')), /gcc/)
})
