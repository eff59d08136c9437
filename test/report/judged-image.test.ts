/** What a report says of files that a later layer hid, and of contents that rules read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rules } from '../../src/rules/index.ts'
import { file, whiteout } from '../support/make-tar.ts'
import { reportOf } from '../support/report-of-layers.ts'

const BIG = 'x'.repeat(1_000_000)
const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nthe value itself\n'

test('a secret is found in a layer that a later one hides, and its value is nowhere in the report', () => {
  const made = reportOf(
    [[file('root/.ssh/id_ed25519', KEY)], [whiteout('root/.ssh')]],
    ['COPY . /root/.ssh', 'RUN rm -r ~'],
  )
  const [finding] = made.findings
  assert.equal(made.findings.length, 1)
  assert.deepEqual(
    [finding!.rule, finding!.certainty, finding!.hidden, finding!.line?.start, finding!.paths],
    ['secret', 'hint', KEY.length, 1, ['/root/.ssh/id_ed25519']],
  )
  assert.match(finding!.reason, /^An SSH key\..* A later layer hides it; it is in the image all the same\.$/)
  assert.equal(made.size.leftovers, 0)
  assert.doesNotMatch(JSON.stringify(made), /the value itself/)
})

test('a path that was a secret in one layer and none in the next is one in the first alone', () => {
  const made = reportOf(
    [[file('app/.npmrc', '_authToken=npm_0123456789\n')], [file('app/.npmrc', 'a=b\n')]],
    ['A', 'B'],
  )
  assert.deepEqual(
    made.findings.map(({ rule, layer }) => [rule, layer]),
    [['secret', 0]],
  )
})

test('layer waste names what was done and where, and belongs to the layer whose bytes it is', () => {
  const made = reportOf(
    [
      [file('srv/a', BIG)],
      [file('app/x', BIG.replaceAll('x', 'y'))],
      [whiteout('srv'), file('app/x', BIG.replaceAll('x', 'y'), { uid: 1 })],
    ],
    ['FROM base', 'COPY . /app', 'RUN chown -R 1 /app && \\\n rm -r /srv'],
    { name: 'base', layers: 1, evidence: 'build' },
  )
  const told = made.findings.map(({ key, layer, inherited, reason, advice }) => ({
    key,
    layer,
    inherited,
    reason,
    advice,
  }))
  assert.deepEqual(told, [
    {
      key: 'layer-waste /app/x',
      layer: 1,
      inherited: false,
      reason:
        'Shipped and never seen: `RUN chown -R 1 /app &&` (Dockerfile:3) changed its owner, which stores the whole file again.',
      advice: {
        summary:
          'Set owner and mode where the file comes in: `COPY --chown=app:app --chmod=755`, or `chown` in the `RUN` that makes it.',
        edit: null,
        saves: 1_000_000,
      },
    },
    {
      key: 'layer-waste /srv/a',
      layer: 0,
      inherited: true,
      reason: 'Shipped and never seen: `RUN chown -R 1 /app &&` (Dockerfile:3) deleted it.',
      advice: { summary: rules.at(-1)!.fix, edit: null, saves: 1_000_000 },
    },
  ])
  assert.equal(made.size.leftovers, 1_000_000)
})

test('development packages that a later layer pruned are still known for what they are', () => {
  const lock = (dev: boolean) =>
    JSON.stringify({
      packages: { ...(dev ? { 'node_modules/jest': { dev: true } } : {}), 'node_modules/a': {} },
    })
  const made = reportOf(
    [
      [
        file('app/node_modules/.package-lock.json', lock(true)),
        file('app/node_modules/jest/index.js', BIG),
        file('app/node_modules/a/index.js', 'a'),
      ],
      [whiteout('app/node_modules/jest'), file('app/node_modules/.package-lock.json', lock(false))],
    ],
    ['RUN npm ci', 'RUN npm prune --omit=dev'],
  )
  const found = made.findings.find(({ rule }) => rule === 'node-dev-dependencies')
  assert.deepEqual([found?.hidden, found?.layer, found?.certainty], [1_000_000, 0, 'leftover'])
})

test('a base that is known by name names its slimmer sibling', () => {
  const made = reportOf([[file('a', 'x')]], ['FROM python:3.12'], {
    name: 'python:3.12',
    layers: 1,
    evidence: 'build',
  })
  assert.equal(made.image.base?.slimmer?.name, 'python:3.12-slim')
})
