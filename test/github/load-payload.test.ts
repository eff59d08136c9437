import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { UserError } from '../../src/errors.ts'
import { loadPayload } from '../../src/github/load-payload.ts'

test('the payload is read from the file that the runner names', t => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'event.json')
  writeFileSync(path, '{"number":7}')
  assert.deepEqual(loadPayload({ GITHUB_EVENT_PATH: path }), { number: 7 })
  writeFileSync(path, '{"number":')
  assert.throws(() => loadPayload({ GITHUB_EVENT_PATH: path }), UserError)
})

test('no file is no payload, and a file that is not there is an error', () => {
  assert.equal(loadPayload({}), null)
  assert.throws(() => loadPayload({ GITHUB_EVENT_PATH: '/nowhere/event.json' }), /GITHUB_EVENT_PATH/)
})
