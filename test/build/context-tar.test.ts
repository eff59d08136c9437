import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { packContext } from '../../src/build/context-tar.ts'
import { needProgram } from '../support/need.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'context-tar-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

const makeContext = (name: string, ignore: string | null): string => {
  const root = join(TEMP, name)
  mkdirSync(join(root, 'src/empty'), { recursive: true })
  mkdirSync(join(root, 'node_modules/x'), { recursive: true })
  writeFileSync(join(root, 'Dockerfile'), 'FROM x\n')
  writeFileSync(join(root, 'src/run.sh'), '#!/bin/sh\n')
  chmodSync(join(root, 'src/run.sh'), 0o755)
  writeFileSync(join(root, 'src/big'), Buffer.alloc(100_000, 7))
  writeFileSync(join(root, `src/${'long-'.repeat(40)}é`), 'long')
  symlinkSync('run.sh', join(root, 'src/link'))
  symlinkSync('t/'.repeat(80), join(root, 'src/long-link'))
  writeFileSync(join(root, 'node_modules/x/y'), 'y')
  if (ignore !== null) writeFileSync(join(root, '.dockerignore'), ignore)
  return root
}

const unpack = async (context: string, dockerfile: string) => {
  const packed = await packContext(context, dockerfile)
  const chunks: Uint8Array[] = []
  for await (const chunk of packed.chunks) chunks.push(chunk)
  const directory = mkdtempSync(join(TEMP, 'out-'))
  const input = Buffer.concat(chunks)
  const listed = execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input, encoding: 'utf8' })
  const names = execFileSync('tar', ['--quoting-style=literal', '-tf', '-'], { input, encoding: 'utf8' })
    .trim()
    .split('\n')
  execFileSync('tar', ['-xf', '-', '-C', directory], { input })
  return { packed, directory, listed, names }
}

test('a context arrives as it is, owned by nobody in particular', async t => {
  if (!needProgram(t, 'tar')) return
  const context = makeContext('plain', null)
  const { packed, directory, listed, names } = await unpack(context, join(context, 'Dockerfile'))
  assert.equal(packed.dockerfile, 'Dockerfile')
  assert.ok(listed.split('\n').every(line => line === '' || line.includes(' 0/0 ')))
  assert.ok(names.includes('src/empty/'))
  for (const name of ['src/big', `src/${'long-'.repeat(40)}é`, 'src/run.sh', 'node_modules/x/y'])
    assert.deepEqual(readFileSync(join(directory, name)), readFileSync(join(context, name)))
  assert.equal(statSync(join(directory, 'src/run.sh')).mode & 0o777, 0o755)
  assert.equal(
    statSync(join(directory, 'src/run.sh')).mtimeMs,
    Math.floor(statSync(join(context, 'src/run.sh')).mtimeMs / 1000) * 1000,
  )
  for (const link of ['src/link', 'src/long-link'])
    assert.equal(readlinkSync(join(directory, link)), readlinkSync(join(context, link)))
})

test('what .dockerignore names stays away, but not the Dockerfile and .dockerignore', async t => {
  if (!needProgram(t, 'tar')) return
  const context = makeContext('ignoring', '*\n!src\nsrc/big\n')
  const { names } = await unpack(context, join(context, 'Dockerfile'))
  assert.ok(names.includes('Dockerfile') && names.includes('.dockerignore') && names.includes('src/run.sh'))
  assert.deepEqual(
    names.filter(name => name.startsWith('node_modules') || name === 'src/big'),
    [],
  )
})

test('a Dockerfile in an ignored directory is sent', async t => {
  if (!needProgram(t, 'tar')) return
  const context = makeContext('hidden', 'src\n')
  writeFileSync(join(context, 'src/Prod'), 'FROM x\n')
  const { names } = await unpack(context, join(context, 'src/Prod'))
  assert.deepEqual(
    names.filter(name => name.startsWith('src')),
    ['src/Prod'],
  )
})

test('a Dockerfile from elsewhere is added under a name that is ignored', async t => {
  if (!needProgram(t, 'tar')) return
  for (const [ignore, expected] of [
    [null, '.dockerignore\n.plimsoll.dockerfile\n'],
    ['big', 'big\n.plimsoll.dockerfile\n'],
  ] as const) {
    const context = makeContext(`foreign-${ignore}`, ignore)
    writeFileSync(join(TEMP, 'Other'), 'FROM other\n')
    const { packed, directory, names } = await unpack(context, join(TEMP, 'Other'))
    assert.equal(readFileSync(join(directory, packed.dockerfile), 'utf8'), 'FROM other\n')
    assert.equal(readFileSync(join(directory, '.dockerignore'), 'utf8'), expected)
    assert.equal(names.filter(name => name === '.dockerignore').length, 1)
  }
})
