import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepForPackages } from '../../src/packages/index.ts'
import { readPacman } from '../../src/packages/pacman.ts'

const bodies = (files: Readonly<Record<string, string>>): Map<string, Buffer> =>
  new Map(Object.entries(files).map(([path, body]) => [path, Buffer.from(body)]))

const PLACE = '/var/lib/pacman/local/zlib-1:1.3.1-2'
const DESC = `%NAME%
zlib

%VERSION%
1:1.3.1-2

%DESC%
Compression library
%REASON% is no field in the middle of a line

%ARCH%
x86_64

%REASON%
1

%DEPENDS%
glibc>=2.38
sh

%PROVIDES%
libz.so=1-64

%XDATA%
pkgtype=pkg
`
const FILES = `%FILES%
usr/
usr/include/
usr/include/zlib.h
usr/lib/libz.so

%BACKUP%
etc/zlib.conf\td41d8cd98f00b204e9800998ecf8427e
`

test('a package has its facts from desc and its files from files', () => {
  assert.deepEqual(readPacman(bodies({ [`${PLACE}/desc`]: DESC, [`${PLACE}/files`]: FILES })), [
    {
      manager: 'pacman',
      name: 'zlib',
      version: '1:1.3.1-2',
      section: null,
      files: ['/usr', '/usr/include', '/usr/include/zlib.h', '/usr/lib/libz.so'],
      depends: [['glibc'], ['sh']],
      recommends: [],
      provides: ['libz.so'],
      essential: false,
      requested: false,
    },
  ])
})

test('what has no reason was asked for, and what has no list owns nothing', () => {
  const [pkg] = readPacman(bodies({ [`${PLACE}/desc`]: '%NAME%\nzlib\n\n%VERSION%\n1-1\n' }))
  assert.deepEqual([pkg?.requested, pkg?.files], [true, []])
})

test('only the two files of a package are kept', () => {
  for (const path of [`${PLACE}/desc`, `${PLACE}/files`]) assert.ok(keepForPackages(path), path)
  for (const path of [
    `${PLACE}/mtree`,
    '/var/lib/pacman/local/ALPM_DB_VERSION',
    `${PLACE}/x/files`,
    '/var/lib/pacman/local/desc',
  ])
    assert.ok(!keepForPackages(path), path)
})

test('a broken database gives what can be read and never throws', () => {
  for (let end = 0; end <= DESC.length; end += 1) {
    const packages = readPacman(
      bodies({ [`${PLACE}/desc`]: DESC.slice(0, end), [`${PLACE}/files`]: FILES.slice(0, end) }),
    )
    assert.ok(packages.length <= 1)
  }
  assert.deepEqual(readPacman(bodies({ [`${PLACE}/desc`]: '%NAME%\n\n%VERSION%\n1\n\0' })), [])
})
