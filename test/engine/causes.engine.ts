/**
 * Pairs of real images, built of two Dockerfiles each: causes and lines add up to a difference that was counted
 * independently, and the largest cause is the one that was written down beside the pair before it was run.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readBuildSteps } from '../../src/dockerfile/build-steps.ts'
import { finalStage } from '../../src/dockerfile/final-stage.ts'
import { matchSteps } from '../../src/dockerfile/match-steps.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { connectEngine } from '../../src/image/engine.ts'
import { parseReference } from '../../src/image/reference.ts'
import { type BuiltFrom, inspectImages } from '../../src/inspect.ts'
import { compare } from '../../src/report/compare.ts'
import { readReport } from '../../src/report/read-report.ts'
import type { Cause, ImageReport, LineRow } from '../../src/report/types.ts'
import { buildSeed, saveImage, seedTag } from '../support/engine.ts'
import { needEngine, needProgram, needShared } from '../support/need.ts'

const counter = join(import.meta.dirname, '..', 'support', 'count-image.py')
const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-causes-'))
const NONCE = `${process.pid}-${Date.now()}`
const LABEL = `plimsoll.test=${NONCE}`

const docker = (host: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string =>
  execFileSync('docker', ['-H', host, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const used = new Set<string>()
after(() => {
  for (const host of used) {
    const ids = docker(host, ['images', '-aq', '--filter', `label=${LABEL}`])
      .split('\n')
      .filter(Boolean)
    if (ids.length > 0) docker(host, ['rmi', '-f', ...new Set(ids)])
  }
  rmSync(TEMP, { recursive: true, force: true })
})

const DOCKERFILE = 'Dockerfile'
let count = 0

/** Builds text as a Dockerfile with an empty context and gives the image's name. */
const build = (
  host: string,
  text: string,
  tag = `plimsoll-causes/${NONCE}:${++count}`,
  metadataFile: string | null = null,
): string => {
  used.add(host)
  const context = join(TEMP, `context-${count}-${tag.replace(/\W/g, '-')}`)
  mkdirSync(context)
  writeFileSync(join(context, DOCKERFILE), text)
  const isOld = host.includes('engine-old')
  const command = isOld ? ['build'] : ['buildx', 'build', '--provenance=false', '--load']
  const metadata = metadataFile === null ? [] : ['--metadata-file', metadataFile]
  docker(host, [...command, '-q', '--network', 'host', '--label', LABEL, '-t', tag, ...metadata, context], {
    DOCKER_BUILDKIT: isOld ? '0' : '1',
    BUILDX_METADATA_PROVENANCE: metadataFile === null ? 'disabled' : 'max',
  })
  return tag
}

/** A filesystem without history, as `docker import` makes it. */
const squash = (host: string, tag: string): string => {
  const squashed = `plimsoll-causes/${NONCE}:${++count}`
  const tar = join(TEMP, 'rootfs.tar')
  const container = docker(host, ['create', tag, 'true']).trim()
  docker(host, ['export', '-o', tar, container])
  docker(host, ['rm', container])
  docker(host, ['import', '-c', `LABEL ${LABEL}`, tar, squashed])
  return squashed
}

interface Image {
  readonly tag: string
  readonly text: string | null
}

const inspect = async (host: string, images: readonly Image[]): Promise<ImageReport[]> => {
  const engine = connectEngine({ DOCKER_HOST: host })
  return inspectImages(
    images.map(({ tag, text }) => ({
      reference: parseReference(`docker://${tag}`),
      builtFrom: text === null ? null : builtFrom(text),
    })),
    { engine: () => engine, platform: 'linux/amd64' },
  )
}

const builtFrom = (text: string): BuiltFrom => ({ text, file: DOCKERFILE, target: null, buildArgs: [] })

interface Count {
  readonly content: number
  readonly hidden: number
  readonly layers: readonly { readonly content: number }[]
}

const counted = async (host: string, python: string, tag: string): Promise<Count> => {
  const path = join(TEMP, 'image.tar')
  await saveImage(host, tag, path)
  return JSON.parse(execFileSync(python, [counter, path], { encoding: 'utf8' })) as Count
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const MIN_CHANGE = 10_000

/** `package upgraded tool 1.0 → 2.0`, `hidden added /tmp/x deleted`, `directory moved /a → /b`. */
const told = ({ kind, change, name, from, to, parts }: Cause): string => {
  if (kind === 'hidden') return [kind, change, parts[0]!.name, parts[0]!.how].join(' ')
  if (kind === 'package') return `${kind} ${change} ${name}${change === 'upgraded' ? ` ${from} → ${to}` : ''}`
  if (change === 'moved' && kind !== 'base-image') return `${kind} ${change} ${from} → ${to}`
  return `${kind} ${change} ${name}`
}

interface Compared {
  readonly causes: readonly Cause[]
  readonly lines: readonly LineRow[]
}

/** Compares, and holds what must hold for every pair. */
const check = async (host: string, python: string, base: Image, head: Image): Promise<Compared> => {
  const [from, to] = (await inspect(host, [base, head])) as [ImageReport, ImageReport]
  const comparison = compare(from, to, MIN_CHANGE)
  const causes = comparison.causes!
  const lines = comparison.lines!
  const [before, now] = [await counted(host, python, base.tag), await counted(host, python, head.tag)]
  const delta = now.content - before.content
  assert.equal(comparison.delta!.content, delta)
  assert.equal(sum(causes.map(cause => cause.bytes)), delta)
  assert.equal(sum(lines.map(row => row.delta)), delta)
  assert.equal(
    sum(causes.filter(cause => cause.kind === 'hidden').map(cause => cause.bytes)),
    now.hidden - before.hidden,
  )
  // each row's bytes are those of one layer, or of all that the base image brought
  const layersOf = (report: ImageReport, count: Count): number[] => {
    const known = from.image.base !== null && to.image.base !== null
    const inherited = known ? report.image.base!.layers : 0
    const contents = count.layers.map(layer => layer.content)
    return [...(known ? [sum(contents.slice(0, inherited))] : []), ...contents.slice(inherited)]
  }
  const sorted = (values: readonly number[]): number[] => values.filter(Boolean).sort((a, b) => a - b)
  assert.deepEqual(sorted(lines.map(row => row.base)), sorted(layersOf(from, before)))
  assert.deepEqual(sorted(lines.map(row => row.head)), sorted(layersOf(to, now)))
  const gross = sum(causes.map(cause => Math.abs(cause.bytes)))
  const rest = causes.filter(cause => cause.kind === 'rest').map(cause => Math.abs(cause.bytes))
  assert.ok(sum(rest) <= 0.02 * gross, `rest ${sum(rest)} of ${gross}`)
  const saved = (report: ImageReport): ImageReport => readReport(JSON.stringify(report), 'report://saved')
  const again = compare(saved(from), saved(to), MIN_CHANGE)
  assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(comparison)))
  return { causes, lines }
}

/** A file of so many bytes that no other word's file has. */
const fill = (path: string, bytes: number, word = path): string =>
  `yes '${word}' | head -c ${bytes} > ${path}`
const deb = (name: string, version: string, bytes: number): string =>
  [
    `RUN mkdir -p /p/DEBIAN /p/usr/lib/${name}`,
    `printf 'Package: ${name}\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: T <t@example.com>\\nDescription: t\\n' > /p/DEBIAN/control`,
    fill(`/p/usr/lib/${name}/data`, bytes, `${name} ${version}`),
    `dpkg-deb --build /p /p.deb && dpkg -i /p.deb && rm -rf /p /p.deb`,
  ].join(' && ')

const BUSYBOX = 'FROM busybox'
const DEBIAN = 'FROM debian:12-slim'
const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`
const FIFTEEN = Array.from({ length: 15 }, (_, i) => `RUN ${fill(`/f${i}`, 20_000 + i)}`)
const SRV = `mkdir -p /srv/app && for i in 1 2 3 4 5 6 7 8 9; do yes "module $i" | head -c 30000 > /srv/app/m$i.js; done`

interface Pair {
  readonly base: string
  readonly head: string
  /** The first of the causes, or null where nothing changed. */
  readonly top: string | null
  /** Rows of lines that differ: side and delta sign. */
  readonly changed?: readonly string[]
}

const PAIRS: Readonly<Record<string, Pair>> = {
  'an empty change': {
    base: text(BUSYBOX, `RUN ${fill('/a', 50_000)}`),
    head: text(BUSYBOX, `RUN ${fill('/a', 50_000)}`),
    top: null,
    changed: [],
  },
  'only metadata of the image': {
    base: text(BUSYBOX, `RUN ${fill('/a', 50_000)}`),
    head: text(BUSYBOX, `RUN ${fill('/a', 50_000)}`, 'ENV A=b', 'EXPOSE 80', 'CMD ["sh"]'),
    top: null,
    changed: [],
  },
  'a large file': {
    base: text(BUSYBOX, `RUN ${fill('/a', 50_000)}`),
    head: text(BUSYBOX, `RUN ${fill('/a', 50_000)}`, `RUN ${fill('/model.bin', 900_000)}`),
    top: 'file added /model.bin',
    changed: ['head +'],
  },
  'a directory of small files': {
    base: text(BUSYBOX),
    head: text(BUSYBOX, `RUN ${SRV}`),
    top: 'directory added /srv/app',
    changed: ['head +'],
  },
  'an instruction that is gone': {
    base: text(BUSYBOX, `RUN ${SRV}`, `RUN ${fill('/a', 50_000)}`),
    head: text(BUSYBOX, `RUN ${fill('/a', 50_000)}`),
    top: 'directory removed /srv/app',
    changed: ['base −'],
  },
  'a file at the same path that is larger': {
    base: text(BUSYBOX, `RUN ${fill('/data.bin', 100_000)}`),
    head: text(BUSYBOX, `RUN ${fill('/data.bin', 700_000)}`),
    top: 'file grew /data.bin',
    changed: ['both +'],
  },
  'an edited instruction between others': {
    base: text(
      BUSYBOX,
      `RUN ${fill('/a', 30_000)}`,
      `RUN ${fill('/b', 40_000)}`,
      `RUN ${fill('/c', 50_000)}`,
    ),
    head: text(
      BUSYBOX,
      `RUN ${fill('/a', 30_000)}`,
      `RUN ${fill('/b', 40_000)} && ${fill('/big', 300_000)}`,
      `RUN ${fill('/c', 50_000)}`,
    ),
    top: 'file added /big',
    changed: ['both +'],
  },
  'an instruction inserted at the top of fifteen': {
    base: text(BUSYBOX, ...FIFTEEN),
    head: text(BUSYBOX, `RUN ${fill('/first', 300_000)}`, ...FIFTEEN),
    top: 'file added /first',
    changed: ['head +'],
  },
  'a reordered Dockerfile': {
    base: text(
      BUSYBOX,
      `RUN ${fill('/a', 30_000)}`,
      `RUN ${fill('/b', 400_000)}`,
      `RUN ${fill('/c', 50_000)}`,
    ),
    head: text(
      BUSYBOX,
      `RUN ${fill('/c', 50_000)}`,
      `RUN ${fill('/b', 400_000)}`,
      `RUN ${fill('/a', 30_000)}`,
    ),
    top: null,
    changed: [],
  },
  'a renamed stage': {
    base: text(`${BUSYBOX} AS build`, `RUN ${fill('/x', 90_000)}`, BUSYBOX, 'COPY --from=build /x /app/x'),
    head: text(`${BUSYBOX} AS make`, `RUN ${fill('/x', 290_000)}`, BUSYBOX, 'COPY --from=make /x /app/x'),
    top: 'file grew /app/x',
    changed: ['both +'],
  },
  'the same instruction twice': {
    base: text(BUSYBOX, 'RUN yes again | head -c 200000 >> /log'),
    head: text(BUSYBOX, 'RUN yes again | head -c 200000 >> /log', 'RUN yes again | head -c 200000 >> /log'),
    top: 'file grew /log',
    changed: ['head +'],
  },
  'a package that was upgraded': {
    base: text(DEBIAN, deb('tool', '1.0', 300_000)),
    head: text(DEBIAN, deb('tool', '2.0', 900_000)),
    top: 'package upgraded tool 1.0 → 2.0',
    changed: ['both +'],
  },
  'a package under another name': {
    base: text(DEBIAN, deb('tool-1', '1.0', 300_000)),
    head: text(DEBIAN, deb('tool-2', '1.0', 900_000)),
    top: 'package added tool-2',
    changed: ['both +'],
  },
  'a package that was removed': {
    base: text(DEBIAN, deb('tool', '1.0', 600_000), deb('more', '1.0', 300_000)),
    head: text(DEBIAN, deb('more', '1.0', 300_000)),
    top: 'package removed tool',
    // dpkg's list of packages, which the other line writes, has one less
    changed: ['base −', 'both −'],
  },
  'a directory that moved': {
    base: text(BUSYBOX, `RUN ${SRV}`),
    head: text(BUSYBOX, `RUN ${SRV} && mkdir /opt && mv /srv/app /opt/app`),
    top: 'directory moved /srv/app → /opt/app',
    changed: [],
  },
  'a large file that moved': {
    base: text(BUSYBOX, `RUN ${fill('/old.bin', 500_000, 'same')}`),
    head: text(BUSYBOX, `RUN ${fill('/new.bin', 500_000, 'same')}`),
    top: 'file moved /old.bin → /new.bin',
    changed: [],
  },
  'bytes that a later line deletes': {
    base: text(BUSYBOX, `RUN ${fill('/a', 50_000)}`),
    head: text(BUSYBOX, `RUN ${fill('/a', 50_000)}`, `RUN ${fill('/big.tar', 800_000)}`, 'RUN rm /big.tar'),
    top: 'hidden added /big.tar deleted',
    changed: ['head +'],
  },
  'a deletion that moved into the line that made the file': {
    base: text(BUSYBOX, `RUN ${fill('/big.tar', 800_000)}`, 'RUN rm /big.tar'),
    head: text(BUSYBOX, `RUN ${fill('/big.tar', 800_000)} && rm /big.tar`),
    top: 'hidden removed /big.tar deleted',
  },
  'a chown that stores everything again': {
    base: text(BUSYBOX, `RUN ${fill('/big.bin', 800_000)}`),
    head: text(BUSYBOX, `RUN ${fill('/big.bin', 800_000)}`, 'RUN chown 1000 /big.bin'),
    top: 'hidden added /big.bin rewritten',
    changed: ['head +'],
  },
  'a move in a line of its own': {
    base: text(BUSYBOX, `RUN ${fill('/big.bin', 800_000)}`),
    head: text(BUSYBOX, `RUN ${fill('/big.bin', 800_000)}`, 'RUN mv /big.bin /bigger.bin'),
    top: 'hidden added /big.bin moved',
    changed: ['head +'],
  },
  'files of the base image that are deleted': {
    base: text(DEBIAN),
    head: text(DEBIAN, 'RUN rm -rf /usr/lib/x86_64-linux-gnu/perl-base'),
    // what becomes hidden is what leaves the base image: two causes of one size, named in the order of their names
    top: 'hidden added /usr/lib/x86_64-linux-gnu/perl-base deleted',
    changed: [],
  },
  'another base image': {
    base: text('FROM alpine:latest', `RUN ${fill('/a', 50_000)}`),
    head: text(DEBIAN, `RUN ${fill('/a', 50_000)}`),
    top: 'base-image grew debian:12-slim',
    changed: ['both +'],
  },
  'names of hard links and symbolic links': {
    base: text(BUSYBOX, `RUN ${fill('/a', 500_000)}`),
    head: text(BUSYBOX, `RUN ${fill('/a', 500_000)} && ln /a /b && ln -s /a /c`),
    top: null,
    changed: [],
  },
  'a few bytes of noise': {
    base: text(BUSYBOX, `RUN ${SRV} && echo 1 > /built && echo one > /srv/app/log`),
    head: text(BUSYBOX, `RUN ${SRV} && echo 22 > /built && echo three > /srv/app/log`),
    // one small cause for all of it, and none for each file
    top: 'directory grew /',
  },
}

for (const [name, pair] of Object.entries(PAIRS))
  test(`${name}: ${pair.top ?? 'no cause'}`, async t => {
    const [host, python] = [needEngine(t, 'modern'), needProgram(t, 'python3')]
    if (!host || !python) return
    const base = { tag: build(host, pair.base), text: pair.base }
    const head = { tag: build(host, pair.head), text: pair.head }
    const { causes, lines } = await check(host, python, base, head)
    assert.equal(causes[0] ? told(causes[0]) : null, pair.top, JSON.stringify(causes, null, 1))
    if (pair.changed)
      assert.deepEqual(
        lines.filter(row => row.delta !== 0).map(row => `${row.side} ${row.delta > 0 ? '+' : '−'}`),
        pair.changed,
        JSON.stringify(lines, null, 1),
      )
  })

test('a tag that moved: the base image, and not this change', async t => {
  const [host, python] = [needEngine(t, 'modern'), needProgram(t, 'python3')]
  if (!host || !python) return
  const moving = `plimsoll-causes/${NONCE}:moving`
  const app = text(`FROM ${moving}`, `RUN ${fill('/a', 50_000)}`)
  build(host, text(BUSYBOX, `RUN ${fill('/lib.so', 200_000, 'one')}`), moving)
  const base = { tag: build(host, app), text: app }
  build(host, text(BUSYBOX, `RUN ${fill('/lib.so', 700_000, 'two')}`), moving)
  const head = { tag: build(host, app), text: app }
  const { causes, lines } = await check(host, python, base, head)
  assert.deepEqual(causes.map(told), [`base-image moved ${moving}`])
  assert.deepEqual(
    lines.filter(row => row.delta !== 0).map(row => [row.kind, row.delta]),
    [['base-image', 500_000]],
  )
})

test('an import without history has no lines and all of its causes', async t => {
  const [host, python] = [needEngine(t, 'modern'), needProgram(t, 'python3')]
  if (!host || !python) return
  const base = { tag: squash(host, build(host, text(BUSYBOX))), text: null }
  const head = { tag: squash(host, build(host, text(BUSYBOX, `RUN ${SRV}`))), text: null }
  const { causes, lines } = await check(host, python, base, head)
  assert.equal(told(causes[0]!), 'directory added /srv/app')
  assert.ok(lines.every(row => row.kind === 'unmapped'))
})

/** Base, head, and the top cause that the articles lead one to expect. */
const SEED_PAIRS: readonly (readonly [string, string, string, string])[] = [
  ['flask-mysql', 'multi', 'single', 'package added gcc-12'],
  ['flask-mysql', 'single', 'multi', 'package removed gcc-12'],
  // running pip leaves the standard library's compiled modules behind; the image keeps no cache of pip's
  ['flask-slim', 'single', 'multi', 'directory removed /usr/local/lib/python3.10'],
  ['flask-slim', 'multi', 'single', 'directory added /usr/local/lib/python3.10'],
  ['flask-alpine', 'single', 'one-run', 'package removed gcc-12'],
  ['flask-alpine', 'one-run', 'single', 'package added gcc-12'],
  ['two-tier', 'single', 'multi', 'base-image shrank python:3.7-slim'],
  ['two-tier', 'multi', 'single', 'base-image grew python:3.7'],
  ['go-alpine', 'single', 'multi', 'base-image shrank alpine:latest'],
  ['go-alpine', 'multi', 'single', 'base-image grew golang:1.17'],
]

for (const [name, from, to, top] of SEED_PAIRS)
  test(`${name} from ${from} to ${to}: ${top}`, async t => {
    const seeds = needShared(t, 'seeds')
    const [host, python] = [needEngine(t, 'modern'), needProgram(t, 'python3')]
    if (!seeds || !host || !python) return
    const image = async (variant: string): Promise<Image> => {
      await buildSeed(host, seeds, name, variant)
      const file = join(seeds, 'cases', name, `Dockerfile.${variant}`)
      return { tag: seedTag(name, variant), text: readFileSync(file, 'utf8') }
    }
    const { causes } = await check(host, python, await image(from), await image(to))
    assert.equal(told(causes[0]!), top, JSON.stringify(causes.slice(0, 5), null, 1))
  })

test('the legacy builder and BuildKit give the same lines for the same findings', async t => {
  const [modern, old] = [needEngine(t, 'modern'), needEngine(t, 'old')]
  if (!modern || !old) return
  const words = text(
    BUSYBOX,
    'ARG WHO=me',
    'ENV GREETING="hello"',
    'WORKDIR /app',
    `RUN mkdir -p /root/.cache/pip/http-v2/a && ${fill('/root/.cache/pip/http-v2/a/b', 300_000)}`,
    `RUN ${fill('/big.tar', 400_000)}`,
    'RUN rm /big.tar \\',
    ' && true',
    `RUN mkdir -p /root/.npm/_cacache/content-v2 && ${fill('/root/.npm/_cacache/content-v2/x', 200_000)}`,
    'CMD ["sh"]',
  )
  const findings = async (host: string) => {
    const [report] = await inspect(host, [{ tag: build(host, words), text: words }])
    return report!.findings.map(({ key, line, bytes }) => ({ key, line, bytes }))
  }
  const byBuildKit = await findings(modern)
  assert.deepEqual(
    byBuildKit.map(({ line }) => line?.start).sort(),
    [5, 6, 9],
    JSON.stringify(byBuildKit, null, 1),
  )
  assert.deepEqual(await findings(old), byBuildKit)
})

test('what BuildKit says of its steps and what the history tells name the same lines', async t => {
  const words = text(
    'ARG BASE=busybox',
    'FROM $BASE AS build',
    'ENV X=2',
    'WORKDIR /w',
    `RUN mkdir -p /out && \\`,
    `    ${fill('/out/a', 50_000)}`,
    'FROM busybox',
    'WORKDIR /app',
    '# a comment',
    'COPY --from=build /out /app/out',
    'WORKDIR /app',
    'COPY --link --from=build /out/a /linked',
    'RUN true',
    'RUN <<EOF',
    'echo x > /x',
    'EOF',
    'USER 1000',
    'CMD ["sh"]',
  )
  for (const name of ['modern', 'classic'] as const) {
    const host = needEngine(t, name)
    if (!host) return
    const metadataFile = join(TEMP, `metadata-${name}.json`)
    const tag = build(host, words, undefined, metadataFile)
    const steps = readBuildSteps(readFileSync(metadataFile, 'utf8'))
    const engine = connectEngine({ DOCKER_HOST: host })
    const reference = parseReference(`docker://${tag}`)
    const [known, told] = await inspectImages(
      [steps, null].map(each => ({ reference, builtFrom: { ...builtFrom(words), steps: each } })),
      { engine: () => engine, platform: 'linux/amd64' },
    )
    const stage = finalStage(parseDockerfile(words, DOCKERFILE))
    assert.notEqual(matchSteps(steps!, words, known!.layers.length, stage), null)
    assert.deepEqual(known, told)
    assert.deepEqual(
      known!.layers.flatMap(({ line }) => (line ? [line.start] : [])),
      [8, 10, 11, 12, 13, 14],
    )
  }
})

/** Animals of the zoo that need nothing from outside: from the repaired form to the one that leaves something, and back. */
const ZOO_PAIRS: readonly (readonly [string, added: string, removed: string])[] = [
  ['chown-recursive', 'hidden added /app rewritten', 'hidden removed /app rewritten'],
  ['mv-across-layers', 'hidden added /app moved', 'hidden removed /app moved'],
  ['overwritten', 'hidden added /srv/data.bin overwritten', 'hidden removed /srv/data.bin overwritten'],
  ['rm-in-a-later-layer', 'hidden added /srv/data.bin deleted', 'hidden removed /srv/data.bin deleted'],
  ['secret-kept', 'directory added /app', 'directory removed /app'],
  ['secret-deleted', 'hidden added /app deleted', 'hidden removed /app deleted'],
]

for (const [name, added, removed] of ZOO_PAIRS)
  test(`the zoo's ${name}, both ways: ${added}, ${removed}`, async t => {
    const [host, python] = [needEngine(t, 'modern'), needProgram(t, 'python3')]
    if (!host || !python) return
    const image = (file: string): Image => {
      const words = readFileSync(join(import.meta.dirname, 'zoo', name, file), 'utf8')
      return { tag: build(host, words), text: words }
    }
    const [repaired, leaves] = [image('Dockerfile.repaired'), image('Dockerfile')]
    const there = await check(host, python, repaired, leaves)
    const back = await check(host, python, leaves, repaired)
    assert.equal(told(there.causes[0]!), added, JSON.stringify(there.causes, null, 1))
    assert.equal(told(back.causes[0]!), removed, JSON.stringify(back.causes, null, 1))
  })
