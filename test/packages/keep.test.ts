import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepForPackages } from '../../src/packages/index.ts'

test('only the small files of the databases are kept', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['/var/lib/dpkg/status', true],
    ['/var/lib/dpkg/status-old', false],
    ['/var/lib/dpkg/status.d/libc6', true],
    ['/var/lib/dpkg/status.d/libc6.md5sums', true],
    ['/var/lib/dpkg/info/libc6:amd64.list', true],
    ['/var/lib/dpkg/info/libc6:amd64.md5sums', false],
    ['/var/lib/dpkg/info/gcc.postinst', false],
    ['/var/lib/dpkg/diversions', true],
    ['/var/lib/apt/extended_states', true],
    ['/var/log/apt/history.log', true],
    ['/var/log/apt/term.log', false],
    ['/var/lib/apt/lists/x_Packages', false],
    ['/lib/apk/db/installed', true],
    ['/usr/lib/apk/db/installed', true],
    ['/lib/apk/db/scripts.tar', false],
    ['/etc/apk/world', true],
    ['/app/var/lib/dpkg/status', false],
  ]
  for (const [path, kept] of cases) assert.equal(keepForPackages(path), kept, path)
})
