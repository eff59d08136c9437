import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OVERWRITTEN } from '../../src/report/base-image-causes.ts'
import { compare } from '../../src/report/compare.ts'
import { foldAlike } from '../../src/report/fold-alike.ts'
import type { BaseImage, Cause, ImageReport, PathRow } from '../../src/report/types.ts'
import { assertExplained } from '../support/any-images.ts'
import { file, hardlink, type MadeEntry, whiteout } from '../support/make-tar.ts'
import { makePathRow } from '../support/report-factory.ts'
import { big, list, reportOf, status } from '../support/report-of-layers.ts'

const MIN_CHANGE = 10_000

const causesOf = (base: ImageReport, head: ImageReport): readonly Cause[] => {
  const { causes } = assertExplained(base, head, MIN_CHANGE)
  return causes!
}

const told = ({ kind, change, name, from, to, bytes }: Cause): string =>
  `${kind} ${change} ${from !== null && to !== null && from !== to ? `${from} → ${to}` : name} ${bytes}`

const image = (name: string, layers = 1): BaseImage => ({ name, layers, evidence: 'build' })

/** Small files of a directory, each of its own content. */
const tree = (folder: string, files: number, bytes: number): MadeEntry[] =>
  Array.from({ length: files }, (_, i) => file(`${folder}/f${i}`, big(bytes, String.fromCharCode(97 + i))))

test('a directory that moved is one move, from place to place', () => {
  const inside = (root: string): MadeEntry[] => [
    ...tree(`${root}/lib`, 5, 9000),
    ...tree(`${root}/web`, 5, 8000),
    file(`${root}/model.bin`, big(90_000)),
  ]
  const causes = causesOf(reportOf([inside('srv/app')]), reportOf([inside('opt/app')]))
  assert.deepEqual(causes.map(told), ['directory moved /srv/app → /opt/app 0'])
  assert.deepEqual(causes[0]!.parts, [
    { name: '/opt/app', bytes: 175_000 },
    { name: '/srv/app', bytes: -175_000 },
  ])
})

test('a large file that moved into a package is a move; a small one is not worth a row', () => {
  const from = [[status('tool'), file('opt/model.bin', big(90_000)), file('opt/note', big(5000, 'n'))]]
  const to = [
    [
      status('tool'),
      list('tool', '/usr/lib/model.bin', '/usr/lib/note'),
      file('usr/lib/model.bin', big(90_000)),
      file('usr/lib/note', big(5000, 'n')),
    ],
  ]
  const causes = causesOf(reportOf(from), reportOf(to))
  assert.ok(causes.map(told).includes('file moved /opt/model.bin → /usr/lib/model.bin 0'))
  assert.ok(causes.every(cause => cause.bytes === 0 || Math.abs(cause.bytes) <= 5000))
})

test('of two copies one is the move, and the other is new', () => {
  const base = reportOf([[file('old.bin', big(90_000))]])
  const head = reportOf([[file('a/one.bin', big(90_000)), file('b/old.bin', big(90_000))]])
  assert.deepEqual(causesOf(base, head).map(told), [
    'file added /a/one.bin 90000',
    'file moved /old.bin → /b/old.bin 0',
  ])
})

test('an upgrade names both versions, also where the base image had the package', () => {
  const tool = (version: string, bytes: number): MadeEntry[] => [
    status(`tool=${version}`),
    list('tool', '/usr/bin/tool'),
    file('usr/bin/tool', big(bytes, version[0])),
  ]
  const base = reportOf([tool('1.0', 100_000)], [], image('x'))
  const head = reportOf([tool('1.0', 100_000), tool('2.0', 150_000)], [], image('x'))
  const upgrade = causesOf(base, head).find(cause => cause.kind === 'package')!
  assert.deepEqual(
    [upgrade.change, upgrade.from, upgrade.to, upgrade.bytes],
    ['upgraded', '1.0', '2.0', 150_000],
  )
})

test('a package under another name is one that was removed and one that was added', () => {
  const compiler = (name: string, bytes: number): ImageReport =>
    reportOf([
      [status(name), list(name, `/usr/lib/${name}/cc1`), file(`usr/lib/${name}/cc1`, big(bytes, name[4]))],
    ])
  const causes = causesOf(compiler('gcc-12', 100_000), compiler('gcc-3', 130_000))
  assert.deepEqual(causes.slice(0, 2).map(told), [
    'package added gcc-3 130000',
    'package removed gcc-12 -100000',
  ])
})

test('hundreds of small packages are counted, the large one is named', () => {
  const names = Array.from({ length: 300 }, (_, i) => `lib${i}`)
  const base = reportOf([[status('libc6')]])
  const head = reportOf([
    [
      status('libc6', ...names, 'large'),
      list('large', '/usr/lib/large'),
      file('usr/lib/large', big(500_000)),
      ...names.flatMap(name => [
        list(name, `/usr/lib/${name}`),
        file(`usr/lib/${name}`, big(3000, name.at(-1))),
      ]),
    ],
  ])
  const causes = causesOf(base, head)
  const packages = causes.filter(cause => cause.kind === 'package')
  assert.equal(packages.length, 2)
  const counted = packages[0]!
  const rested = Number(/^\d+/.exec(causes.find(cause => cause.kind === 'rest')?.name ?? '0')![0])
  assert.deepEqual([counted.name, counted.parts.length], [`${counted.packages} smaller dpkg packages`, 5])
  assert.ok(counted.packages! + rested >= 300, 'nobody is forgotten')
  assert.equal(told(packages[1]!), 'package added large 500000')
})

test('a tag that moved is told apart from another name in the Dockerfile', () => {
  const from = reportOf([[file('lib/a', big(100_000))], [file('app', big(50_000))]], [], image('x:1'))
  const to = (name: string): ImageReport =>
    reportOf([[file('lib/a', big(60_000))], [file('app', big(50_000))]], [], image(name))
  assert.deepEqual(causesOf(from, to('x:1')).map(told), ['base-image moved x:1 -40000'])
  assert.deepEqual(causesOf(from, to('x:2')).map(told), ['base-image shrank x:1 → x:2 -40000'])
})

test('files of the base image that own lines overwrite are not called a change of the base image', () => {
  const layer = [file('lib/a', big(100_000)), file('lib/b', big(30_000))]
  const base = reportOf([layer], ['FROM x'], image('x'))
  const head = reportOf([layer, [whiteout('lib/a')]], ['FROM x', 'RUN rm /lib/a'], image('x'))
  const causes = causesOf(base, head)
  assert.deepEqual(causes.map(told), [
    'hidden added deleted or overwritten in a later layer 100000',
    `base-image shrank ${OVERWRITTEN} -100000`,
  ])
  assert.equal(causes[1]!.line?.start, 2)
  assert.deepEqual(causes[0]!.parts, [
    {
      name: '/lib/a',
      bytes: 100_000,
      line: { file: 'Dockerfile', start: 1, end: 1 },
      hiddenBy: { file: 'Dockerfile', start: 2, end: 2 },
      how: 'deleted',
      inherited: true,
    },
  ])
})

test('hidden bytes are told by the pair of lines, and what the second did', () => {
  const make = [file('big.bin', big(90_000)), file('d/x', big(5000)), file('d/y', big(6000, 'y'))]
  const how = (second: readonly MadeEntry[]) => {
    const head = reportOf([make, second], ['RUN make', 'RUN more'])
    const hidden = causesOf(reportOf([make], ['RUN make']), head).find(cause => cause.kind === 'hidden')
    return hidden?.parts.map(part => [
      part.name,
      part.bytes,
      part.line?.start,
      part.hiddenBy?.start,
      part.how,
    ])
  }
  assert.deepEqual(how([whiteout('big.bin')]), [['/big.bin', 90_000, 1, 2, 'deleted']])
  assert.deepEqual(how([file('big.bin', big(70_000))]), [['/big.bin', 90_000, 1, 2, 'overwritten']])
  assert.deepEqual(how([file('big.bin', big(90_000))]), [['/big.bin', 90_000, 1, 2, 'rewritten']])
  assert.deepEqual(how([whiteout('big.bin'), file('large.bin', big(90_000))]), [
    ['/big.bin', 90_000, 1, 2, 'moved'],
  ])
  // a small file that takes the place of a large one stands among the small files of its directory
  assert.deepEqual(how([file('big.bin', 'x')]), [['/big.bin', 90_000, 1, 2, null]])
  assert.deepEqual(how([hardlink('other', 'big.bin')]), undefined)
})

test('the same bytes hidden on both sides are no cause, wherever the lines stand now', () => {
  const layers = [[file('big.bin', big(90_000))], [whiteout('big.bin')]]
  const base = reportOf(layers, ['RUN make', 'RUN rm'])
  const head = reportOf([[file('new', big(20_000))], ...layers], ['COPY new', 'RUN make', 'RUN rm'])
  assert.deepEqual(causesOf(base, head).map(told), ['directory added / 20000'])
})

test('noise below the smallest change is one row, never one for each file', () => {
  const stamp = (text: string): MadeEntry[] => [
    file('app/__pycache__/a.pyc', text),
    file('var/log/build', text),
    file('etc/stamp', text),
  ]
  const causes = causesOf(reportOf([stamp('1')]), reportOf([stamp('four')]))
  assert.deepEqual(causes.map(told), ['directory grew / 9'])
})

test('a line that was removed is pointed at in the base', () => {
  const base = reportOf([[file('a', 'x')], [file('srv/model.bin', big(90_000))]], ['COPY a', 'COPY model'])
  const head = reportOf([[file('a', 'x')]], ['COPY a'])
  const [cause] = causesOf(base, head)
  assert.deepEqual([told(cause!), cause!.line?.start], ['file removed /srv/model.bin -90000', 2])
})

test('where one side folded rows into a directory, the other side is folded alike', () => {
  const row = (path: string, bytes: number, more: Partial<PathRow> = {}): PathRow =>
    makePathRow(path, bytes, { kind: 'directory', digest: path, ...more })
  const [base, head] = foldAlike(
    [row('/a', 30, { folded: true }), row('/b/c', 5)],
    [
      row('/a/x/y.bin', 20, { kind: 'file' }),
      row('/a', 10),
      row('/b/c/d', 5),
      row('/b', 1, { folded: true }),
    ],
  )
  assert.deepEqual(
    [base, head].map(rows => rows.map(({ path, kind, bytes }) => `${kind} ${path} ${bytes}`)),
    [
      ['directory /a 30', 'directory /b 5'],
      ['directory /a 20', 'directory /a 10', 'directory /b 5', 'directory /b 1'],
    ],
  )
})

test('what moved from the base image to a line of the Dockerfile is existing; what a line added to it has grown', () => {
  const lists = file(
    'var/lib/apt/lists/mirror.example_debian_dists_bookworm_main_binary-amd64_Packages',
    big(50_000),
  )
  const more = file(
    'var/lib/apt/lists/mirror.example_debian_dists_bookworm_main_binary-arm64_Packages',
    big(40_000),
  )
  const inBase = reportOf([[lists]], ['FROM x'], image('x'))
  const origins = (head: ImageReport) => {
    const { findings } = compare(inBase, head, MIN_CHANGE)
    return [findings.grown, findings.existing, findings.inherited].map(group =>
      group.map(({ bytes, baseBytes }) => [bytes, baseBytes]),
    )
  }
  const own = reportOf([[file('a', 'x')], [lists]], ['FROM x', 'RUN apt-get update'], image('x'))
  assert.deepEqual(origins(own), [[], [[50_000, 50_000]], []])
  const both = reportOf([[lists], [more]], ['FROM x', 'RUN apt-get update'], image('x'))
  assert.deepEqual(origins(both), [[[40_000, 0]], [], [[50_000, 50_000]]])
})
