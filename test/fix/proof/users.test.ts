import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveUsers } from '../../../src/fix/proof/users.ts'
import { makeClaim } from '../../support/make-scene.ts'
import { file } from '../../support/make-tar.ts'
import { told } from './told.ts'

const passwd = (...users: readonly string[]) =>
  file('etc/passwd', ['root:x:0:0:root:/root:/bin/sh', ...users, ''].join('\n'))
const APP = 'app:x:1000:1000::/home/app:/bin/sh'
const OTHER = 'other:x:1001:1001::/home/other:/bin/sh'

const CASES: readonly (readonly [
  name: string,
  user: string | null,
  result: readonly string[],
  told: string | null,
])[] = [
  ['root alone is in every image', null, [], null],
  [
    'the same one, without those that nothing belongs to',
    'app',
    [APP],
    'passed: same name, number and group: app',
  ],
  [
    'the same one by its number, with a group',
    '1000:1000',
    [APP],
    'passed: same name, number and group: app',
  ],
  ['none of that name', 'app', [], 'failed: not there, or with another number: app'],
  [
    'another number',
    'app',
    ['app:x:999:999::/home/app:/bin/sh'],
    'failed: not there, or with another number: app',
  ],
]
for (const [name, user, result, expected] of CASES)
  test(`users: ${name}`, () => {
    const claim = makeClaim(
      { own: [passwd(APP, OTHER)], config: { user } },
      { own: [passwd(...result)], config: { user } },
    )
    assert.equal(told(proveUsers(claim)), expected)
  })

test('users: the owner of a file of the program is one of them, and their files are copied', () => {
  const own = [passwd(APP, OTHER), file('etc/group', 'root:x:0:\n'), file('srv/data', 'x', { uid: 1001 })]
  const step = proveUsers(makeClaim({ own }, { own: [passwd(APP)] }))
  assert.equal(told(step), 'failed: not there, or with another number: other')
  assert.deepEqual(step?.remedy, { copies: ['/etc/passwd', '/etc/group'] })
})
