/** Who owns a file is what the image's own package manager says inside a container, for 1,000 random files of each image. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectEngine } from '../../src/image/engine.ts'
import { parseReference } from '../../src/image/reference.ts'
import { readImages } from '../../src/image/sources.ts'
import { createPackageReader, keepForPackages } from '../../src/packages/index.ts'
import { ownersOf } from '../../src/packages/owners.ts'
import type { Package } from '../../src/packages/package.ts'
import { stackLayers } from '../../src/tree/stack.ts'
import { blobPaths } from '../../src/tree/tree.ts'
import { makeApk } from '../support/apk-package.ts'
import { needEngine } from '../support/need.ts'
import { createRandom } from '../support/random.ts'

const ASKED = 1000
/** And some of those that the manager does not own. */
const OTHERS = 300

interface Owned {
  /** Every live file, sorted. */
  readonly all: readonly string[]
  /** Random live files. */
  readonly asked: readonly string[]
  /** The manager's package that owns a file. */
  readonly ownerOf: (path: string) => Package | null
}

const readOwners = async (host: string, name: string, manager: Package['manager']): Promise<Owned> => {
  const engine = connectEngine({ DOCKER_HOST: host })
  const [image] = await readImages([parseReference(`docker://${name}`)], {
    engine: () => engine,
    platform: 'linux/amd64',
    keep: (path, sizeBytes) => (keepForPackages(path, sizeBytes) ? 'all' : 'none'),
  })
  const layers = image!.layers
  const { tree, snapshots } = stackLayers(layers, layers[0]!.entries.directories)
  const read = createPackageReader()
  const owners = ownersOf(
    snapshots.map(({ layer, bodies }) => ({ layer, ...read(bodies) })),
    tree.canonical,
  )
  const files = tree.blobs.flatMap(blob => (blob.hiddenBy === null ? blobPaths(tree, blob).slice(0, 1) : []))
  // names that the managers' own output cannot carry are left out: there are none in these images
  const sorted = files.filter(path => !/[\\\n]/.test(path)).sort()
  const ownerOf = (path: string): Package | null => {
    const owner = owners.live(path)
    return owner?.manager === manager ? owner : null
  }
  const random = createRandom(20_261_121)
  const isOwned = (path: string): boolean => ownerOf(path) !== null
  const owned = random.sample(sorted.filter(isOwned), ASKED)
  const others = random.sample(
    sorted.filter(path => !isOwned(path)),
    OTHERS,
  )
  return { all: sorted, asked: [...owned, ...others], ownerOf }
}

/** What a command says about paths, inside a container; it may fail for those that nobody owns. */
const ask = (host: string, image: string, command: string, paths: readonly string[]): string[] =>
  execFileSync(
    'docker',
    [
      'run',
      '--rm',
      '-i',
      '--network',
      'none',
      '--entrypoint',
      'sh',
      image,
      '-c',
      `xargs -0 ${command} 2>&1 || true`,
    ],
    {
      input: paths.map(path => `${path}\0`).join(''),
      env: { ...process.env, DOCKER_HOST: host },
      maxBuffer: 1e8,
    },
  )
    .toString('utf8')
    .split('\n')

/** Lists say `/bin/bash` where a merged `/usr` has `/usr/bin/bash`; both names are asked for. */
const listedNames = (path: string): string[] =>
  /^\/usr\/(bin|sbin|lib\w*)\//.test(path) ? [path, path.slice('/usr'.length)] : [path]

/** By path, the packages that `dpkg -S` names. */
const askDpkg = (host: string, image: string, paths: readonly string[]): Map<string, Set<string>> => {
  const owners = new Map<string, Set<string>>()
  // dpkg takes its arguments for patterns
  const patterns = paths.flatMap(listedNames).map(path => path.replace(/[*?[]/g, '\\$&'))
  for (const line of ask(host, image, 'dpkg -S', patterns)) {
    const [, names, path] = /^((?:[a-z0-9][a-z0-9+.:-]*(?:, )?)+): (\/.*)$/.exec(line) ?? []
    if (names === undefined || path === undefined) continue
    owners.set(path, new Set(names.split(', ').map(name => name.replace(/:amd64$/, ''))))
  }
  return new Map(
    paths.map(path => [path, new Set(listedNames(path).flatMap(name => [...(owners.get(name) ?? [])]))]),
  )
}

for (const image of ['debian:12', 'python:3.9'])
  test(`${image}: 1,000 random files belong to the package that dpkg -S names`, async t => {
    const host = needEngine(t, 'modern')
    if (!host) return
    const { asked, ownerOf } = await readOwners(host, image, 'dpkg')
    const owners = askDpkg(host, image, asked)
    const wrong = asked.flatMap(path => {
      const ours = ownerOf(path)?.name ?? null
      const theirs = owners.get(path)!
      return (ours === null ? theirs.size === 0 : theirs.has(ours))
        ? []
        : [{ path, ours, theirs: [...theirs] }]
    })
    assert.deepEqual(wrong, [])
    assert.equal([...owners.values()].filter(names => names.size > 0).length, ASKED)
  })

/** By path, `name-version` of the package that `apk info -W` names. */
const askApk = (host: string, image: string, paths: readonly string[]): Map<string, string> =>
  new Map(
    ask(host, image, 'apk info -W', paths).flatMap(line => {
      const [, path, owner] = /^(\/.*) is owned by (\S+)$/.exec(line) ?? []
      return path !== undefined && owner !== undefined ? [[path, owner] as const] : []
    }),
  )

const assertApkAgrees = async (host: string, image: string): Promise<number> => {
  const { asked, ownerOf } = await readOwners(host, image, 'apk')
  const owners = askApk(host, image, asked)
  const wrong = asked.flatMap(path => {
    const owner = ownerOf(path)
    const ours = owner ? `${owner.name}-${owner.version}` : undefined
    const theirs = owners.get(path)
    return ours === theirs ? [] : [{ path, ours, theirs }]
  })
  assert.deepEqual(wrong, [])
  return owners.size
}

test('alpine:3.20: every file belongs to the package that apk info -W names', async t => {
  const host = needEngine(t, 'modern')
  if (!host) return
  assert.ok((await assertApkAgrees(host, 'alpine:3.20')) > 50)
})

/** An image whose packages apk installed: the mirrors are not asked for any. */
const buildAlpine = (host: string, name: string): void => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-apk-'))
  try {
    for (let part = 0; part < 30; part += 1) {
      const files = Array.from({ length: 40 }, (_, i) =>
        i % 4 === 0 ? `/usr/lib/part ${part}/é/${i}` : `/usr/share/common/${part}-${i}`,
      )
      writeFileSync(join(folder, `part${part}.apk`), makeApk(`part${part}`, `1.${part}-r0`, files))
    }
    const lines = [
      'FROM alpine:3.20',
      'COPY *.apk /packages/',
      'RUN apk add --no-network --allow-untrusted --quiet /packages/*.apk && echo > /usr/share/common/nobody',
    ]
    writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
    execFileSync('docker', ['build', '-q', '-t', name, folder], {
      env: { ...process.env, DOCKER_HOST: host },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('packages that apk installed: 1,000 random files belong to the one that apk info -W names', async t => {
  const host = needEngine(t, 'modern')
  if (!host) return
  buildAlpine(host, 'plimsoll-test/apk')
  assert.equal(await assertApkAgrees(host, 'plimsoll-test/apk'), ASKED)
})

/** What Python's own library says about every distribution: `name<tab>path` of each file that is there. */
const FILES_OF_DISTRIBUTIONS = `
import importlib.metadata, os, re
for distribution in importlib.metadata.distributions():
    name = re.sub("[-_.]+", "-", distribution.metadata["Name"]).lower()
    for file in distribution.files or []:
        path = str(distribution.locate_file(file))
        path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        if os.path.isfile(path) and not os.path.islink(path):
            print(name, path, sep="\\t")
`

test('python:3.9: the files of each distribution are those that importlib.metadata names', async t => {
  const host = needEngine(t, 'modern')
  if (!host) return
  const { all, ownerOf } = await readOwners(host, 'python:3.9', 'python')
  const args = ['run', '--rm', '--network', 'none', 'python:3.9', 'python3', '-c', FILES_OF_DISTRIBUTIONS]
  const theirs = execFileSync('docker', args, {
    encoding: 'utf8',
    env: { ...process.env, DOCKER_HOST: host },
  })
  const ours = all.flatMap(path => {
    const owner = ownerOf(path)
    return owner ? [`${owner.name}\t${path}`] : []
  })
  assert.ok(ours.length > 100)
  assert.deepEqual(ours.sort(), theirs.trim().split('\n').sort())
})
