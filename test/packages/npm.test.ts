import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { keepForPackages, readPackages } from '../../src/packages/index.ts'
import { readNodeTrees } from '../../src/packages/node-lockfile.ts'

const bodies = (files: Readonly<Record<string, string>>): Map<string, Buffer> =>
  new Map(Object.entries(files).map(([path, body]) => [path, Buffer.from(body)]))

/** As npm 11 writes it, shortened. */
const LOCKFILE = JSON.stringify({
  name: 'app',
  lockfileVersion: 3,
  requires: true,
  packages: {
    'node_modules/@scope/x': { version: '1.2.0', dev: true, bin: { one: 'a.js', two: 'b.js' } },
    'node_modules/debug': { version: '4.3.4', dev: true, devOptional: true },
    'node_modules/express': { version: '4.18.2', dependencies: { debug: '2.6.9' }, bin: 'cli.js' },
    'node_modules/express/node_modules/debug': { version: '2.6.9' },
    'node_modules/fsevents': { version: '2.3.3', optional: true },
    'node_modules/member': { resolved: 'packages/member', link: true },
    'packages/member': { version: '0.0.1' },
    'packages/member/node_modules/ms': { version: '2.0.0' },
    'node_modules/../../etc': { version: '9' },
    '/node_modules/absolute': { version: '9' },
    'node_modules/nothing': null,
  },
})

test("npm's hidden lockfile says what is where, and what only development needs", () => {
  const [tree, ...rest] = readNodeTrees(bodies({ '/app/node_modules/.package-lock.json': LOCKFILE }))
  assert.deepEqual(rest, [])
  assert.deepEqual([tree?.path, tree?.installer, tree?.withDev], ['/app/node_modules', 'npm', true])
  assert.deepEqual(
    tree?.modules.map(each => [
      each.path,
      each.name,
      each.version,
      each.dev,
      each.devOptional,
      each.optional,
    ]),
    [
      ['/app/node_modules/@scope/x', '@scope/x', '1.2.0', true, false, false],
      ['/app/node_modules/debug', 'debug', '4.3.4', true, true, false],
      ['/app/node_modules/express', 'express', '4.18.2', false, false, false],
      ['/app/node_modules/express/node_modules/debug', 'debug', '2.6.9', false, false, false],
      ['/app/node_modules/fsevents', 'fsevents', '2.3.3', false, false, true],
      ['/app/packages/member/node_modules/ms', 'ms', '2.0.0', false, false, false],
    ],
  )
  assert.deepEqual(
    tree?.modules.map(each => each.commands),
    [['one', 'two'], [], ['express'], [], [], []],
  )
})

test('yarn and pnpm say whether development dependencies are there', () => {
  const cases: readonly (readonly [string, string, string, boolean | null])[] = [
    [
      '.yarn-integrity',
      '{"systemParams":"linux-x64-137","flags":[],"topLevelPatterns":["a@1"]}',
      'yarn',
      true,
    ],
    ['.yarn-integrity', '{"flags":["ignoreScripts","production"]}', 'yarn', false],
    [
      '.modules.yaml',
      'hoistPattern:\n  - "*"\nincluded:\n  dependencies: true\n  devDependencies: false\n  optionalDependencies: true\ninjectedDeps: {}\n',
      'pnpm',
      false,
    ],
    ['.modules.yaml', 'included:\n  devDependencies: true\nlayoutVersion: 5\n', 'pnpm', true],
    [
      '.modules.yaml',
      '{"included": {\n    "dependencies": true,\n    "devDependencies": true\n  }}',
      'pnpm',
      true,
    ],
    ['.modules.yaml', '{"included":{"dependencies":true,"devDependencies":false}}', 'pnpm', false],
    ['.modules.yaml', 'layoutVersion: 5\nother:\n  devDependencies: true\n', 'pnpm', null],
  ]
  for (const [name, text, installer, withDev] of cases) {
    const trees = readNodeTrees(bodies({ [`/srv/node_modules/${name}`]: text }))
    assert.deepEqual(trees, [{ path: '/srv/node_modules', installer, modules: [], withDev }], text)
  }
})

test('an owner is a folder that stands in no other package, and two projects may have the same', () => {
  const packages = readPackages(
    bodies({
      '/app/node_modules/.package-lock.json': LOCKFILE,
      '/b/node_modules/.package-lock.json': '{"packages":{"node_modules/express":{"version":"5.0.0"}}}',
    }),
  )
  assert.deepEqual(
    packages.map(pkg => [pkg.manager, pkg.name, pkg.version, pkg.roots, pkg.files]),
    [
      ['npm', '@scope/x', '1.2.0', ['/app/node_modules/@scope/x'], []],
      ['npm', 'debug', '4.3.4', ['/app/node_modules/debug'], []],
      ['npm', 'express', '4.18.2, 5.0.0', ['/app/node_modules/express', '/b/node_modules/express'], []],
      ['npm', 'fsevents', '2.3.3', ['/app/node_modules/fsevents'], []],
      ['npm', 'ms', '2.0.0', ['/app/packages/member/node_modules/ms'], []],
    ],
  )
})

test('damaged files are skipped, and only the three are kept', () => {
  for (const junk of [
    '',
    '[]',
    '{"packages":[]}',
    '{"packages":3}',
    'null',
    '{"flags":{}}',
    '['.repeat(100_000),
    '\0\xff',
  ])
    for (const name of ['.package-lock.json', '.yarn-integrity'])
      assert.deepEqual(readNodeTrees(bodies({ [`/a/node_modules/${name}`]: junk })), [], junk.slice(0, 20))
  assert.deepEqual(readNodeTrees(bodies({ '/a/.package-lock.json': LOCKFILE })), [])
  const cases: readonly (readonly [string, boolean])[] = [
    ['/a/node_modules/.package-lock.json', true],
    ['/a/node_modules/.yarn-integrity', true],
    ['/a/node_modules/.modules.yaml', true],
    ['/a/package-lock.json', false],
    ['/a/node_modules/x/package.json', false],
    ['/a/.modules.yaml', false],
  ]
  for (const [path, kept] of cases) assert.equal(keepForPackages(path), kept, path)
})

test('what npm installed for this project is what its hidden lockfile says', () => {
  const folder = join(import.meta.dirname, '..', '..', 'node_modules')
  const path = '/app/node_modules/.package-lock.json'
  const packages = readPackages(new Map([[path, readFileSync(join(folder, '.package-lock.json'))]]))
  // a link leads to a package that is not in here
  const folders = (at: string): string[] =>
    readdirSync(at, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []))
  const installed = folders(folder)
    .filter(name => !name.startsWith('.'))
    .flatMap(name =>
      name.startsWith('@') ? folders(join(folder, name)).map(part => `${name}/${part}`) : [name],
    )
  assert.deepEqual(packages.map(pkg => pkg.name).sort(), installed.sort())
})
