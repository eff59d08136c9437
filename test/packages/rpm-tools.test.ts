/** Holds the reader to rpm's own tools: databases that rpm wrote, and what `rpm -qf` and `rpm -qa` say about them. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { ownersOf } from '../../src/packages/owners.ts'
import type { Package } from '../../src/packages/package.ts'
import { readRpm } from '../../src/packages/rpm.ts'
import { readRpmSqlite } from '../../src/packages/rpm-sqlite.ts'
import { needProgram } from '../support/need.ts'
import { createRandom } from '../support/random.ts'
import { packBdb, packNdb } from '../support/rpm-database.ts'

const PACKAGES = 40
const FILES = 60
const ASKED = 1000

/** One specification with many packages: odd names, links, files that are not there, dependencies on each other. */
const specification = (): string => {
  const names = Array.from({ length: PACKAGES }, (_, i) => `part${i}`)
  const section = (name: string, i: number): string =>
    [
      `%package -n ${name}`,
      'Summary: one part',
      i % 5 === 0 ? 'Epoch: 2' : '',
      i % 7 === 0 ? 'BuildArch: noarch' : '',
      `Requires: part${(i + 1) % PACKAGES} >= 1, (part${(i + 2) % PACKAGES} if part${(i + 3) % PACKAGES}), /bin/sh`,
      `%description -n ${name}`,
      'd'.repeat(1 + i * 500),
      `%files -n ${name}`,
      `"/usr/share/${name} é"`,
      `/usr/bin/${name}-*`,
      '%dir /usr/share/common',
      `/usr/share/common/${name}`,
      `%ghost /var/log/${name}.log`,
    ].join('\n')
  const install = names.map(name =>
    [
      `mkdir -p "%{buildroot}/usr/share/${name} é/a b" %{buildroot}/usr/share/common`,
      `for i in $(seq ${FILES}); do echo > "%{buildroot}/usr/share/${name} é/a b/$i"; done`,
      `echo > %{buildroot}/usr/bin/${name}-run; ln -s ${name}-run %{buildroot}/usr/bin/${name}-link`,
      `echo > %{buildroot}/usr/share/common/${name}`,
    ].join('\n'),
  )
  return [
    'Name: whole\nVersion: 1.0\nRelease: 3\nSummary: s\nLicense: none\nAutoReqProv: no',
    '%description\nd\n%install\nmkdir -p %{buildroot}/usr/bin',
    ...install,
    ...names.map(section),
    '',
  ].join('\n')
}

let folder = ''
let ready = false

const rpm = (...args: readonly string[]): string =>
  execFileSync('rpm', ['--dbpath', join(folder, 'database'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1e8,
  })

/** The database that rpm wrote, or null after the test was skipped. */
const database = (t: TestContext): Buffer | null => {
  if (!needProgram(t, 'rpm') || !needProgram(t, 'rpmbuild')) return null
  if (!ready) {
    writeFileSync(join(folder, 'whole.spec'), specification())
    const defines = { _topdir: join(folder, 'top'), __os_install_post: '%{nil}', _binary_payload: 'w0.gzdio' }
    const args = Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`])
    execFileSync('rpmbuild', ['-bb', '--quiet', ...args, join(folder, 'whole.spec')], { stdio: 'ignore' })
    const built = readdirSync(join(folder, 'top', 'RPMS'), { recursive: true, encoding: 'utf8' })
    const files = built.filter(name => name.endsWith('.rpm')).map(name => join(folder, 'top', 'RPMS', name))
    assert.equal(files.length, PACKAGES)
    mkdirSync(join(folder, 'database'))
    rpm('--define', '_db_backend sqlite', '-i', '--justdb', '--nodeps', '--ignorearch', ...files)
    ready = true
  }
  return readFileSync(join(folder, 'database', 'rpmdb.sqlite'))
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-rpm-'))
})
after(() => rmSync(folder, { recursive: true }))

const listed = (packages: readonly Package[]): string[] =>
  packages.flatMap(pkg => pkg.files.map(path => `${pkg.name} ${pkg.version} ${path}`)).sort()

const LISTING = '[%{=NAME} %{=EVR} %{FILENAMES}\n]'
const linesOf = (text: string): string[] => text.split('\n').filter(line => line !== '')

test('a database that rpm wrote has the packages and files that rpm lists', t => {
  const body = database(t)
  if (!body) return
  const { packages, unread } = readRpm(new Map([['/var/lib/rpm/rpmdb.sqlite', body]]))
  assert.deepEqual(unread, [])
  assert.equal(packages.length, PACKAGES)
  assert.deepEqual(listed(packages), linesOf(rpm('-qa', '--qf', LISTING)).sort())
  assert.deepEqual(
    packages
      .find(pkg => pkg.name === 'part1')
      ?.depends.flat()
      .sort(),
    ['/bin/sh', 'part2', 'part3'],
  )
})

test('1,000 random files belong to the package that rpm -qf names', t => {
  const body = database(t)
  if (!body) return
  const { packages } = readRpm(new Map([['/var/lib/rpm/rpmdb.sqlite', body]]))
  const owners = ownersOf([{ layer: 0, packages }], path => path)
  const random = createRandom(20_261_121)
  const all = [...new Set(packages.flatMap(pkg => pkg.files))].filter(path => path !== '/usr/share/common')
  const asked = random.sample(all, ASKED)
  assert.equal(asked.length, ASKED)
  const answers = linesOf(rpm('-qf', '--qf', '%{NAME}\n', ...asked))
  // a directory is left out of the map where something in it stands next: only files have owners
  const own = asked.map((path, i) => [path, owners.live(path)?.name ?? answers[i], answers[i]] as const)
  assert.equal(answers.length, ASKED)
  assert.deepEqual(
    own.filter(([, ours, theirs]) => ours !== theirs),
    [],
  )
  assert.ok(asked.filter(path => owners.live(path) !== null).length > ASKED * 0.95)
  assert.equal(owners.live('/usr/bin/nobody'), null)
})

test('the headers that rpm wrote are the same in the other two formats, and rpm reads the one that it still can', t => {
  const body = database(t)
  if (!body) return
  const blobs: Buffer[] = []
  assert.ok(readRpmSqlite(body, blob => blobs.push(Buffer.from(blob))))
  const expected = listed(readRpm(new Map([['/var/lib/rpm/rpmdb.sqlite', body]])).packages)
  const bdb = packBdb(blobs)
  assert.deepEqual(listed(readRpm(new Map([['/var/lib/rpm/Packages', bdb]])).packages), expected)
  assert.deepEqual(
    listed(readRpm(new Map([['/var/lib/rpm/Packages.db', packNdb(blobs)]])).packages),
    expected,
  )
  const place = join(folder, 'bdb')
  mkdirSync(place)
  writeFileSync(join(place, 'Packages'), bdb)
  const read = rpm('--define', '_db_backend bdb_ro', '--dbpath', place, '-qa', '--qf', LISTING)
  assert.deepEqual(linesOf(read).sort(), expected)
})
