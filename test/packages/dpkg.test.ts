import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { readDpkg } from '../../src/packages/dpkg.ts'
import { keepForPackages, readPackages } from '../../src/packages/index.ts'
import { ownersOf } from '../../src/packages/owners.ts'
import { needProgram } from '../support/need.ts'

const bodies = (files: Readonly<Record<string, string | Buffer>>): Map<string, Buffer> =>
  new Map(Object.entries(files).map(([path, body]) => [path, Buffer.from(body)]))

const stanza = (name: string, more = '', status = 'install ok installed', architecture = 'amd64'): string =>
  `Package: ${name}\nStatus: ${status}\nArchitecture: ${architecture}\nVersion: 1.0-1\n${more}\n`

const STATUS = '/var/lib/dpkg/status'
const INFO = '/var/lib/dpkg/info'

test('a package has its facts from its block and its files from its list', () => {
  const [pkg, ...rest] = readDpkg(
    bodies({
      [STATUS]: [
        'Package: libc6-dev',
        'Status: install ok installed',
        'Priority: optional',
        'Section: contrib/libdevel',
        'Architecture: amd64',
        'Multi-Arch: same',
        'Version: 2.36-9+deb12u14',
        'Provides: libc-dev, libc6-dev-new (= 2.36)',
        'Depends: libc6 (= 2.36-9+deb12u14), libcrypt-dev | libxcrypt-dev (>= 1),',
        ' python3:any',
        'Pre-Depends: multiarch-support',
        'Recommends: manpages',
        'Description: a library',
        ' Depends: this is no field',
        '',
      ].join('\n'),
      [`${INFO}/libc6-dev:amd64.list`]: '/.\n/usr\n/usr/include\n/usr/include/stdio.h\n',
    }),
  )
  assert.deepEqual(rest, [])
  assert.deepEqual(pkg, {
    manager: 'dpkg',
    name: 'libc6-dev',
    version: '2.36-9+deb12u14',
    section: 'libdevel',
    files: ['/usr', '/usr/include', '/usr/include/stdio.h'],
    depends: [['multiarch-support'], ['libc6'], ['libcrypt-dev', 'libxcrypt-dev'], ['python3']],
    recommends: [['manpages']],
    provides: ['libc-dev', 'libc6-dev-new'],
    essential: false,
    requested: null,
  })
})

test('only what is really there counts as installed', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['install ok installed', true],
    ['hold ok installed', true],
    ['install ok triggers-awaited', true],
    ['install reinstreq half-configured', true],
    ['deinstall ok config-files', false],
    ['purge ok not-installed', false],
    ['install ok half-installed', false],
    ['', false],
  ]
  for (const [status, installed] of cases) {
    assert.equal(readDpkg(bodies({ [STATUS]: stanza('a', '', status) })).length, installed ? 1 : 0, status)
  }
})

test('apt knows what came as a dependency, also for packages of all architectures', () => {
  const packages = readDpkg(
    bodies({
      [STATUS]: [stanza('gcc'), stanza('gcc-12'), stanza('tzdata', '', 'install ok installed', 'all')].join(
        '\n',
      ),
      '/var/lib/apt/extended_states':
        'Package: gcc-12\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: tzdata\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: gcc\nArchitecture: amd64\nAuto-Installed: 0\n',
    }),
  )
  assert.deepEqual(
    packages.map(pkg => [pkg.name, pkg.requested]),
    [
      ['gcc', true],
      ['gcc-12', false],
      ['tzdata', false],
    ],
  )
})

test("without apt's own record its log says what was asked for, and what it does not name is unknown", () => {
  const names = ['gcc', 'gcc-12', 'tzdata', 'bash', 'make']
  const architecture = (name: string): string => (name === 'tzdata' ? 'all' : 'amd64')
  const files = bodies({
    [STATUS]: names.map(name => stanza(name, '', 'install ok installed', architecture(name))).join('\n'),
    '/var/log/apt/history.log': [
      '',
      'Start-Date: 2026-11-21  09:00:00',
      'Commandline: apt-get install -y make',
      'Install: make:amd64 (4.3-4.1, automatic)',
      'End-Date: 2026-11-21  09:00:01',
      '',
      'Start-Date: 2026-11-21  09:01:00',
      'Commandline: apt-get install -y gcc make',
      'Install: gcc:amd64 (4:12.2.0-3), gcc-12:amd64 (12.2.0-14+deb12u1, automatic), tzdata:amd64 (2026a-0, automatic), make:amd64 (4.3-4.1)',
      'Upgrade: bash:amd64 (5.1, 5.2)',
      '',
    ].join('\n'),
  })
  assert.deepEqual(
    readDpkg(files).map(pkg => [pkg.name, pkg.requested]),
    [
      ['gcc', true],
      ['gcc-12', false],
      ['tzdata', false],
      ['bash', null],
      ['make', true],
    ],
  )
  files.set('/var/lib/apt/extended_states', Buffer.from(''))
  assert.ok(readDpkg(files).every(pkg => pkg.requested === true))
})

test('a package of another architecture has it in its name', () => {
  const packages = readDpkg(
    bodies({
      [STATUS]: [stanza('libc6'), stanza('bash'), stanza('libc6', '', 'install ok installed', 'i386')].join(
        '\n',
      ),
      [`${INFO}/libc6:amd64.list`]: '/lib/x86_64-linux-gnu/libc.so.6\n',
      [`${INFO}/libc6:i386.list`]: '/lib/i386-linux-gnu/libc.so.6\n',
    }),
  )
  assert.deepEqual(
    packages.map(pkg => [pkg.name, pkg.files[0]]),
    [
      ['libc6', '/lib/x86_64-linux-gnu/libc.so.6'],
      ['bash', undefined],
      ['libc6:i386', '/lib/i386-linux-gnu/libc.so.6'],
    ],
  )
})

test('distroless images keep one file for each package, with sums as file list', () => {
  const packages = readDpkg(
    bodies({
      '/var/lib/dpkg/status.d/libssl3':
        'Package: libssl3\nArchitecture: amd64\nVersion: 3.0.1\nSection: libs\n',
      '/var/lib/dpkg/status.d/libssl3.md5sums':
        'b1946ac92492d2347c6235b4d2611184  usr/lib/x86_64-linux-gnu/libssl.so.3\nb1946ac92492d2347c6235b4d2611184  ./usr/share/doc/a b\n',
    }),
  )
  assert.deepEqual(
    packages.map(pkg => [pkg.name, pkg.files, pkg.requested]),
    [['libssl3', ['/usr/lib/x86_64-linux-gnu/libssl.so.3', '/usr/share/doc/a b'], null]],
  )
})

test('a diverted file is where the diversion sent it, except for the package that diverts', () => {
  const packages = readDpkg(
    bodies({
      [STATUS]: [stanza('dash'), stanza('bash')].join('\n'),
      [`${INFO}/dash.list`]: '/bin/sh\n',
      [`${INFO}/bash.list`]: '/bin/sh\n/bin/bash\n',
      '/var/lib/dpkg/diversions': '/bin/sh\n/bin/sh.distrib\ndash\n/torn\n',
    }),
  )
  assert.deepEqual(
    packages.map(pkg => pkg.files),
    [['/bin/sh'], ['/bin/sh.distrib', '/bin/bash']],
  )
})

test('names that are not UTF-8 and backslashes stay apart', () => {
  const list = Buffer.concat([Buffer.from('/a\\b\n/caf'), Buffer.from([0xe9]), Buffer.from('\n/café\n')])
  const [pkg] = readDpkg(bodies({ [STATUS]: stanza('a'), [`${INFO}/a.list`]: list }))
  assert.deepEqual(pkg?.files, ['/a\\\\b', '/caf\\xE9', '/café'])
})

test('a broken database gives what can be read and never throws', () => {
  const whole = Buffer.from([stanza('a', 'Depends: b (>= 1) | c'), stanza('b'), stanza('c')].join('\n'))
  for (let end = 0; end <= whole.length; end += 1) {
    const packages = readDpkg(bodies({ [STATUS]: whole.subarray(0, end), [`${INFO}/a.list`]: 'no path\n\n' }))
    assert.ok(packages.length <= 3)
  }
  for (const junk of ['', '\n\n\n', ':\n', ' \t\n', 'Package:\nStatus: install ok installed', '\0\xff\xfe']) {
    assert.deepEqual(readDpkg(bodies({ [STATUS]: junk, '/var/lib/dpkg/status.d/x': junk })), [])
  }
  const odd = stanza('a', 'Depends: ,|, (>= 1),\nno field\nSection: /')
  assert.deepEqual(readDpkg(bodies({ [STATUS]: odd }))[0]?.depends, [])
})

test('the same Buffer is parsed once, so that layers share its paths', () => {
  const files = bodies({ [STATUS]: stanza('a'), [`${INFO}/a.list`]: '/usr/bin/a\n' })
  assert.equal(readDpkg(files)[0]?.files, readDpkg(new Map(files))[0]?.files)
})

test("this machine's own database is read as dpkg reads it", t => {
  if (!needProgram(t, 'dpkg-query')) return
  const files = new Map<string, Buffer>()
  const add = (path: string): void => {
    if (existsSync(path)) files.set(path, readFileSync(path))
  }
  for (const path of [STATUS, '/var/lib/dpkg/diversions', '/var/lib/apt/extended_states']) add(path)
  for (const name of readdirSync(INFO)) if (keepForPackages(join(INFO, name))) add(join(INFO, name))
  const packages = readPackages(files)
  const query = (format: string): string =>
    execFileSync('dpkg-query', ['-W', `-f=${format}`], { encoding: 'utf8' })
  const expected = query(
    ['db:Status-Status', 'Package', 'Version']
      .map(field => `\${${field}}`)
      .join(' ')
      .concat('\n'),
  )
    .split('\n')
    .flatMap(line => (line.startsWith('installed ') ? [line.slice('installed '.length)] : []))
  assert.deepEqual(packages.map(pkg => `${pkg.name.split(':')[0]} ${pkg.version}`).sort(), expected.sort())
  assert.ok(packages.every(pkg => pkg.files.length > 0 || pkg.name !== 'dpkg'))

  const canonical = (path: string): string => {
    const parent = dirname(path)
    const real = existsSync(parent) ? realpathSync(parent) : parent
    return join(real, path.slice(path.lastIndexOf('/') + 1))
  }
  const owners = ownersOf([{ layer: 0, packages }], canonical)
  const all = packages.flatMap(pkg =>
    pkg.files.filter((path, i) => !pkg.files[i + 1]?.startsWith(`${path}/`)),
  )
  const sample = all.filter((_, i) => i % Math.ceil(all.length / 300) === 0 && !all[i]!.includes('*'))
  const said = execFileSync('dpkg-query', ['-S', ...sample], { encoding: 'utf8' }).split('\n')
  let compared = 0
  for (const line of said) {
    const [names, path] = line.split(': ')
    if (!path || line.startsWith('diversion')) continue
    const owner = owners.live(canonical(path))
    assert.ok(owner, path)
    assert.ok(
      names!.split(', ').some(name => name.split(':')[0] === owner.name.split(':')[0]),
      line,
    )
    compared += 1
  }
  assert.ok(compared > 200, `${compared} paths compared`)
})
