import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { prepareSecrets } from '../../src/build/prepare-secrets.ts'
import { UserError } from '../../src/errors.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'secrets-test-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))
const NONE = { secrets: [], secretEnvs: [], secretFiles: [] }
const WHERE = { tempDir: TEMP, workingDirectory: TEMP }

test('a value is in a file that only this user may read, untrimmed, under a name that says nothing', async () => {
  const value = '  -----BEGIN-----\nline=2\n\n-----END-----\n'
  const prepared = await prepareSecrets({ ...NONE, secrets: [`key=${value}`, 'b=x'] }, WHERE)
  assert.equal(prepared.flags.length, 2)
  const path = /^id=key,src=(.*)$/.exec(prepared.flags[0]!)![1]!
  assert.equal(readFileSync(path, 'utf8'), value)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700)
  assert.doesNotMatch(path.slice(TEMP.length), /key/)
  await prepared.remove()
  await prepared.remove()
  assert.equal(existsSync(path), false)
  assert.deepEqual(readdirSync(TEMP), [])
})

test('variables and files are passed by name, with quoting where buildx needs it', async () => {
  writeFileSync(join(TEMP, 'a,b'), 'x')
  const prepared = await prepareSecrets(
    { ...NONE, secretEnvs: ['npm=NPM_TOKEN'], secretFiles: ['f=a,b'] },
    WHERE,
  )
  assert.deepEqual(prepared.flags, ['id=npm,env=NPM_TOKEN', `id=f,"src=${join(TEMP, 'a,b')}"`])
  rmSync(join(TEMP, 'a,b'))
})

test('an empty secret, as in a pull request from a fork, is left out with a note', async () => {
  const prepared = await prepareSecrets({ secrets: ['a='], secretEnvs: ['b='], secretFiles: ['c='] }, WHERE)
  assert.deepEqual(prepared.flags, [])
  assert.deepEqual(
    prepared.notes.map(note => /"(.)"/.exec(note)?.[1]),
    ['a', 'b', 'c'],
  )
})

for (const [says, options, message] of [
  ['no =', { secrets: ['ok=1', 'canary-line-of-a-key'] }, /^secrets: entry 2 is not "id=value"/],
  ['no id', { secrets: ['=canary'] }, /^secrets: entry 1/],
  ['an id with a comma', { secrets: ['a,src=/etc/shadow=canary'] }, /^secrets: entry 1/],
  ['an id that begins with -', { secretEnvs: ['--x=canary'] }, /^secret-envs: entry 1 is not "id=VARIABLE"/],
  ['no such file', { secretFiles: ['f=absent-canary'] }, /^secret-files: there is no file for "f"/],
] as const)
  test(`a malformed secret is refused without being quoted: ${says}`, async () => {
    await assert.rejects(prepareSecrets({ ...NONE, ...options }, WHERE), (error: Error) => {
      assert.ok(error instanceof UserError)
      assert.match(error.message, message)
      assert.doesNotMatch(error.message, /canary/)
      return true
    })
    assert.deepEqual(readdirSync(TEMP), [])
  })
