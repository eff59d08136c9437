/** The databases that are text: dpkg, apk, pacman, Python's and Node's. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readPackages } from '../../../src/packages/index.ts'
import { readNodeTrees } from '../../../src/packages/node-lockfile.ts'
import type { Target } from '../target.ts'

/** Between the files of one database, in the order of the target's paths. */
const BREAK = '\x1e'

interface Database {
  readonly name: string
  readonly about: string
  readonly paths: readonly string[]
  readonly seed: readonly string[]
  readonly words: readonly string[]
}

const targetOf = ({ name, about, paths, seed, words }: Database): Target => {
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.string({ maxLength: 10 }) },
    { weight: 1, arbitrary: fc.constantFrom('\n', '\n\n', ' ', ',', '|', ':', '/', '\t', '"', '{', '}') },
  )
  return {
    name,
    about,
    words: [...words, BREAK, '\n', '\n\n', '\0', '\\', '(', ')', '"'],
    seeds: () => [Buffer.from(seed.join(BREAK))],
    generate: fc
      .array(fc.array(piece, { maxLength: 25 }), { minLength: 1, maxLength: paths.length })
      .map(files => Buffer.from(files.map(pieces => pieces.join('')).join(BREAK))),
    run: bytes => {
      const parts = bytes.toString('latin1').split(BREAK).slice(0, paths.length)
      const bodies = new Map(parts.map((text, i) => [paths[i]!, Buffer.from(text, 'latin1')]))
      const packages = readPackages(bodies)
      const names = new Set(packages.map(each => `${each.manager} ${each.name}`))
      assert.equal(names.size, packages.length)
      for (const { files } of packages) for (const path of files) assert.equal(path[0], '/', path)
      readNodeTrees(bodies)
    },
  }
}

export const dpkg = targetOf({
  name: 'dpkg',
  about: "dpkg's status, lists and diversions, apt's states and history",
  paths: [
    '/var/lib/dpkg/status',
    '/var/lib/dpkg/info/a.list',
    '/var/lib/dpkg/diversions',
    '/var/lib/apt/extended_states',
    '/var/log/apt/history.log',
    '/var/lib/dpkg/status.d/b',
  ],
  seed: [
    `Package: a
Status: install ok installed
Architecture: amd64
Version: 1-2
Depends: b (>= 1) | c:any, d
 e
Provides: x (= 1)
Description: t
 more

Package: b
Status: install ok installed
Architecture: all
Priority: required
`,
    '/.\n/usr\n/usr/bin\n/usr/bin/a\n',
    '/usr/bin/a\n/usr/bin/a.real\nb\n',
    'Package: b\nArchitecture: amd64\nAuto-Installed: 1\n',
    'Start-Date: 2026-01-01\nCommandline: apt-get install a\nInstall: a:amd64 (1-2), b:amd64 (1, automatic)\n\n',
    'Package: b\nVersion: 1\nArchitecture: arm64\n',
  ],
  words: [
    ...[
      'Package: a',
      'Status: install ok installed',
      'Architecture: ',
      'Version: ',
      'Depends: ',
      'Pre-Depends: ',
    ],
    ...[
      'Provides: ',
      'Essential: yes',
      'Auto-Installed: 1',
      'Install: a:amd64 (1), ',
      ' (>= 1)',
      ' | ',
      '/usr/bin/a',
    ],
  ],
})

export const apk = targetOf({
  name: 'apk',
  about: "apk's database and its world",
  paths: ['/lib/apk/db/installed', '/etc/apk/world'],
  seed: [
    'P:a\nV:1-r0\nA:x86_64\nD:so:libc.musl-x86_64.so.1 b>1 !c\np:cmd:a=1\nF:usr/bin\nR:a\nZ:Q1x\nF:\nR:b\n\nP:.d\nV:0\n\n',
    'a b@edge c>1 !d\n',
  ],
  words: ['P:a', 'V:1', 'D:so:libc b>1', 'p:cmd:a=1', 'F:usr', 'R:a', 'F:', 'A:x86_64', '!', '~=', '@'],
})

export const pacman = targetOf({
  name: 'pacman',
  about: "pacman's local database",
  paths: [
    '/var/lib/pacman/local/a-1/desc',
    '/var/lib/pacman/local/a-1/files',
    '/var/lib/pacman/local/b-1/desc',
  ],
  seed: [
    '%NAME%\na\n\n%VERSION%\n1-1\n\n%DEPENDS%\nb>=1\n\n%REASON%\n1\n',
    '%FILES%\nusr/\nusr/bin/a\n\n%BACKUP%\netc/a\tx\n',
    '%NAME%\nb\n',
  ],
  words: ['%NAME%', '%VERSION%', '%DEPENDS%', '%PROVIDES%', '%REASON%', '%FILES%', 'usr/bin/a', '%'],
})

const SITE = '/usr/lib/python3/site-packages'

export const python = targetOf({
  name: 'python',
  about: "Python's records of what is installed",
  paths: [
    `${SITE}/a-1.dist-info/RECORD`,
    `${SITE}/a-1.dist-info/METADATA`,
    `${SITE}/a-1.dist-info/INSTALLER`,
    `${SITE}/b.egg-info/installed-files.txt`,
    `${SITE}/b.egg-info/PKG-INFO`,
  ],
  seed: [
    'a/__init__.py,sha256=x,10\n"a,b.py",,\n../../bin/a,,\na-1.dist-info/REQUESTED,,\n',
    'Metadata-Version: 2.1\nName: A_b\nVersion: 1\nRequires-Dist: b (>=1) ; extra == "x"\nRequires-Dist: c\n\nbody\n',
    'pip\n',
    '../b.py\n./PKG-INFO\n',
    'Name: b\nVersion: 2\n',
  ],
  words: [
    ...['Name: a', 'Version: 1', 'Requires-Dist: b', '; extra == "x"', '../../', ',,\n', '"', ',sha256='],
    ...['/etc/passwd', 'REQUESTED,,'],
  ],
})

export const node = targetOf({
  name: 'node',
  about: 'what npm, yarn and pnpm say of node_modules',
  paths: [
    '/app/node_modules/.package-lock.json',
    '/b/node_modules/.yarn-integrity',
    '/c/node_modules/.modules.yaml',
  ],
  seed: [
    `{"packages":{"node_modules/a":{"version":"1","dev":true,"dependencies":{"b":"1"},"bin":{"a":"x"}},
"node_modules/a/node_modules/@s/b":{"version":"2","optional":true,"bin":"b.js"},"w":{"link":true}}}`,
    '{"flags":["production"]}',
    'included:\n  dependencies: true\n  devDependencies: false\n',
  ],
  words: [
    ...['"packages":{', '"node_modules/a":', '"__proto__":', '"dev":true', '"version":', '"dependencies":{'],
    ...['"bin":', 'included:', 'devDependencies: true', '../', 'null', '[]', '1e999'],
  ],
})
