import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { NO_AMENDMENTS } from '../../src/fix/amendments.ts'
import { wholeStage } from '../../src/fix/final-chain.ts'
import { planStages, SCRATCH, type Target } from '../../src/fix/plan-stages.ts'
import { makeConfig, makeEvidence, makeScene, type SceneParts } from '../support/make-scene.ts'
import { file } from '../support/make-tar.ts'
import { list, status } from '../support/report-of-layers.ts'

const SAME_BASE: Target = { name: 'base', other: null }
const FROM_SCRATCH: Target = { name: 'scratch', other: SCRATCH }
const MAIN = file('app/main', 'program', { mode: 0o755 })
const CACHE = file('root/.npm/_cacache/content-v2/sha512/aa/b', 'x'.repeat(50_000))
const TEXT = 'FROM base\nRUN make\nENV MODE=production\nCMD ["/app/main"]\n'
const CONFIG = { cmd: ['/app/main'], env: ['MODE=production', 'LANG=C.UTF-8'] }

const plan = (
  parts: SceneParts,
  target: Target,
  more: { text?: string; amend?: typeof NO_AMENDMENTS } = {},
) => {
  const stage = wholeStage(parseDockerfile(more.text ?? TEXT, 'Dockerfile'))
  return planStages(makeScene({ config: CONFIG, ...parts }), stage, target, makeEvidence(), more.amend)
}
const planned = (...given: Parameters<typeof plan>) => {
  const outcome = plan(...given)
  assert.ok(typeof outcome !== 'string', String(outcome))
  return outcome
}

test('the program is copied, its leftovers are not, and settings stay in the final stage', () => {
  const { plan, program, install } = planned({ own: [MAIN, CACHE] }, SAME_BASE)
  assert.deepEqual(
    program.items.map(({ path }) => path),
    ['/app/main'],
  )
  assert.deepEqual(
    program.leftovers.map(({ path }) => path),
    ['/root/.npm/_cacache/content-v2/sha512/aa/b'],
  )
  assert.deepEqual(install, [])
  assert.equal(plan.base, 'base')
  assert.equal(plan.splitAt, 1)
  assert.deepEqual(
    plan.copies.map(({ sources, target }) => [sources, target]),
    [[['/app'], '/app']],
  )
  assert.deepEqual(plan.keep, [])
})

test('a package that the command starts is installed where the base has it not', () => {
  const git = [file('usr/bin/git', 'git', { mode: 0o755 }), status('git'), list('git', '/usr/bin/git')]
  const config = { cmd: ['/usr/bin/git', 'daemon'] }
  const { plan, install } = planned({ own: [MAIN, CACHE, ...git], config }, SAME_BASE)
  assert.deepEqual(install, ['git'])
  assert.match(plan.install.join(), /apt-get install -y --no-install-recommends git/)
  assert.equal(planned({ base: git, own: [MAIN, CACHE], config }, SAME_BASE).plan.install.length, 0)
})

test('a package that only names others gives way to those of them that are no leftovers', () => {
  const database = (...packages: readonly string[]) =>
    file(
      'var/lib/dpkg/status',
      packages.map(each => `${each}\nStatus: install ok installed\nVersion: 1\n`).join('\n'),
    )
  const packages = [
    'Package: default-jdk-headless\nArchitecture: amd64\nSection: java\nDepends: default-jre-headless (= 1), openjdk-17-jdk-headless',
    'Package: default-jre-headless\nArchitecture: amd64\nSection: java\nDepends: openjdk-17-jre-headless',
    'Package: openjdk-17-jdk-headless\nArchitecture: amd64\nSection: java\nDepends: openjdk-17-jre-headless',
    'Package: openjdk-17-jre-headless\nArchitecture: amd64\nSection: java',
  ]
  const at = '/usr/lib/jvm/java-17-openjdk-amd64'
  const own = [
    MAIN,
    database(...packages),
    list(
      'default-jdk-headless',
      '/.',
      '/usr',
      '/usr/share',
      '/usr/share/doc',
      '/usr/share/doc/default-jdk-headless',
    ),
    list('default-jre-headless', '/usr/lib/jvm/default-java'),
    list('openjdk-17-jdk-headless', `${at}/bin/javac`),
    list('openjdk-17-jre-headless', `${at}/bin/java`),
    file(`${at.slice(1)}/bin/javac`, 'x'.repeat(2_000_000), { mode: 0o755 }),
    file(`${at.slice(1)}/bin/java`, 'y'.repeat(1000), { mode: 0o755 }),
    file('usr/lib/jvm/default-java', 'z'),
    file(
      'var/lib/apt/extended_states',
      ['default-jre-headless', 'openjdk-17-jdk-headless', 'openjdk-17-jre-headless']
        .map(name => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n`)
        .join('\n'),
    ),
  ]
  assert.deepEqual(planned({ own }, SAME_BASE).install, ['default-jre-headless'])
})

test('another base is given the variables that it changes and no instruction sets', () => {
  const other = { config: makeConfig({ env: ['LANG=C'] }), packages: [], has: () => true }
  const { plan } = planned({ own: [MAIN, CACHE] }, { name: 'debian:13-slim', other })
  assert.equal(plan.base, 'debian:13-slim')
  assert.deepEqual(plan.keep, ['ENV LANG=C.UTF-8'])
})

test('what an earlier proof lacked is in the plan', () => {
  const own = [MAIN, CACHE, file('root/notes.txt', 'words')]
  const amend = {
    ...NO_AMENDMENTS,
    copies: ['/root/.npm/_cacache/content-v2/sha512/aa/b'],
    after: ['chmod 700 /app'],
    keep: ['ENV A=b'],
  }
  const { plan } = planned({ own }, SAME_BASE, { amend })
  const sourcesOf = (copies: typeof plan.copies) => copies.flatMap(({ sources }) => sources)
  assert.deepEqual(sourcesOf(planned({ own }, SAME_BASE).plan.copies), ['/app', '/root/notes.txt'])
  assert.deepEqual(sourcesOf(plan.copies), ['/app', '/root'])
  assert.deepEqual(plan.after, ['chmod 700 /app'])
  assert.deepEqual(plan.keep, ['ENV A=b'])
})

const curl = [file('usr/bin/curl', 'curl', { mode: 0o755 }), status('curl'), list('curl', '/usr/bin/curl')]
const REFUSED: readonly (readonly [why: string, parts: SceneParts, target: Target, text: string])[] = [
  ['it has packages of the system', { own: [MAIN, CACHE, ...curl] }, FROM_SCRATCH, TEXT],
  [
    'no instruction of the Dockerfile builds anything',
    { own: [MAIN] },
    SAME_BASE,
    'FROM base\nCOPY . /app\nCMD ["/app/main"]\n',
  ],
]
for (const [why, parts, target, text] of REFUSED)
  test(`there is no plan where ${why}`, () => {
    assert.equal(plan(parts, target, { text }), why)
  })

test('packages of data alone are no obstacle to an image from scratch', () => {
  const data = [
    file('usr/share/zoneinfo/UTC', 'zone'),
    status('tzdata'),
    list('tzdata', '/usr/share/zoneinfo/UTC'),
  ]
  const { plan, install } = planned({ own: [MAIN, CACHE, ...data] }, FROM_SCRATCH)
  assert.equal(plan.base, 'scratch')
  assert.deepEqual([install, plan.install, plan.users], [[], [], []])
})
