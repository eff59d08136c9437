import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPackageReader, databasesNotKept, readPackages } from '../../src/packages/index.ts'
import { makeRpmHeader, packNdb } from '../support/rpm-database.ts'

const RPM = '/usr/lib/sysimage/rpm/Packages.db'
const RECORD = '/usr/lib/python3.12/site-packages/six-1.dist-info/RECORD'

const state = (): Map<string, Buffer> =>
  new Map([
    ['/lib/apk/db/installed', Buffer.from('P:musl\nV:1\nF:lib\nR:ld-musl.so\n\n')],
    [
      RPM,
      packNdb([
        makeRpmHeader({ name: 'kernel', version: '6.1' }),
        makeRpmHeader({ name: 'kernel', version: '6.2' }),
      ]),
    ],
    [RECORD, Buffer.from('six.py,,\n')],
  ])

test('all databases together, with one package for each manager and name', () => {
  assert.deepEqual(
    readPackages(state()).map(pkg => [pkg.manager, pkg.name, pkg.version]),
    [
      ['apk', 'musl', '1'],
      ['rpm', 'kernel', '6.1-1, 6.2-1'],
      ['python', 'six', '1'],
    ],
  )
})

test('what did not change from one state to the next is not made again', () => {
  const read = createPackageReader()
  const first = state()
  const second = new Map(first).set(RECORD, Buffer.from('six.py,,\nx.py,,\n'))
  const [before, after, gone] = [read(first), read(second), read(new Map())]
  assert.equal(after.packages[0], before.packages[0])
  assert.notEqual(after.packages[2], before.packages[2])
  assert.deepEqual(
    after.packages[2]?.files.map(path => path.slice(-4)),
    ['x.py', 'x.py'],
  )
  assert.deepEqual(gone, { packages: [], unread: [] })
})

test('a database that could not be read, or was too large to keep, is named', () => {
  const bodies = new Map([[RPM, Buffer.from('nonsense')]])
  assert.deepEqual(
    createPackageReader()(bodies).unread.map(each => each.path),
    [RPM],
  )
  const sizes = new Map([
    [RPM, 90e6],
    ['/var/lib/dpkg/status', 90e6],
    ['/lib/apk/db/installed', 1e6],
  ])
  const unread = databasesNotKept(bodies, path => sizes.get(path) ?? 0)
  assert.deepEqual(
    unread.map(each => each.path),
    ['/var/lib/dpkg/status'],
  )
})
