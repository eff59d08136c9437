import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BuildStep, readBuildSteps } from '../../src/dockerfile/build-steps.ts'
import { finalStage } from '../../src/dockerfile/final-stage.ts'
import { matchSteps } from '../../src/dockerfile/match-steps.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'

const TEXT = `FROM busybox AS build
RUN make
FROM busybox
WORKDIR /app
COPY --from=build /out /app/out
WORKDIR /app
RUN echo x > /x && \\
  echo y > /y
CMD ["sh"]
`

/** Two layers of the base image, then one for each of the lines 4, 5 and 7. */
const step = (start: number, end: number, layers: string, isImage = false): BuildStep => ({
  lines: { start, end },
  layers: [...layers],
  isImage,
})
const STEPS: readonly BuildStep[] = [
  step(3, 3, 'ab', true),
  step(2, 2, 'abx'),
  step(4, 4, 'abc'),
  step(5, 5, 'abcd'),
  step(6, 6, 'abcd'),
  step(7, 8, 'abcde'),
]

interface Seen {
  readonly layers?: number
  readonly built?: string
  readonly text?: string
}

const match = (steps: readonly BuildStep[], { layers = 5, text = TEXT, built = text }: Seen = {}) =>
  matchSteps({ dockerfile: built, steps }, text, layers, finalStage(parseDockerfile(text, 'Dockerfile')))

test('each layer has the line of the first step that had it, and those of the base image have none', () => {
  const found = match(STEPS)
  assert.equal(found?.baseLayers, 2)
  assert.deepEqual(
    found?.layers.map(layer => layer && [layer.line.start, layer.line.end, layer.instruction.split(' ')[0]]),
    [null, null, [4, 4, 'WORKDIR'], [5, 5, 'COPY'], [7, 8, 'RUN']],
  )
})

for (const [why, found] of [
  ['another text was built', match(STEPS, { built: `${TEXT}USER 1\n` })],
  ['there are more layers than steps tell of', match(STEPS, { layers: 6 })],
  [
    'no step made one of the layers',
    match(STEPS.filter(({ lines }) => lines?.start !== 5 && lines?.start !== 6)),
  ],
  [
    'a layer came of a line that is no instruction',
    match(
      [...STEPS.slice(0, 5), step(9, 40, 'abcde')].map(each => ({
        ...each,
        lines: each.lines && { ...each.lines, start: each.lines.start === 9 ? 99 : each.lines.start },
      })),
    ),
  ],
  ['the base image is not among the steps', match(STEPS.slice(1))],
] as const)
  test(`nothing is known of any layer when ${why}`, () => assert.equal(found, null))

test('an image from scratch has no layer of a base image', () => {
  const found = match([step(2, 2, 'a')], { text: 'FROM scratch\nCOPY a /a\n', layers: 1 })
  assert.deepEqual([found?.baseLayers, found?.layers.length], [0, 1])
})

const layer = (digest: string) => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest,
  size: 1,
})
const lines = (...numbers: readonly number[]) => ({
  ranges: numbers.map(line => ({ start: { line }, end: { line } })),
})

/** The parts that are read of what buildx 0.30 writes with `BUILDX_METADATA_PROVENANCE=max`. */
const METADATA = {
  'containerimage.digest': 'sha256:0',
  'buildx.build.provenance': {
    buildConfig: {
      llbDefinition: [
        { id: 'step0', op: { Op: { source: { identifier: 'docker-image://docker.io/library/busybox' } } } },
        { id: 'step1', op: { Op: { exec: {} } }, inputs: ['step0:0'] },
      ],
    },
    metadata: {
      'https://mobyproject.org/buildkit@v1#metadata': {
        source: {
          infos: [{ filename: 'Dockerfile', data: Buffer.from(TEXT).toString('base64') }],
          locations: { step0: { locations: [lines(3), lines(1)] }, step1: { locations: [lines(7, 8)] } },
        },
        layers: { 'step0:0': [[layer('a')]], 'step1:0': [[layer('a'), layer('b')]] },
      },
    },
  },
}

test('what buildx writes of its steps is read', () => {
  assert.deepEqual(readBuildSteps(JSON.stringify(METADATA)), {
    dockerfile: TEXT,
    steps: [
      { lines: { start: 3, end: 3 }, layers: ['a'], isImage: true },
      { lines: { start: 7, end: 8 }, layers: ['a', 'b'], isImage: false },
    ],
  })
})

test('what an older buildx writes, and what is none of it, is read as no knowledge', () => {
  for (const json of [
    '',
    '{',
    'null',
    '[]',
    '{"containerimage.digest":"sha256:0"}',
    '{"buildx.build.provenance":7}',
  ])
    assert.equal(readBuildSteps(json), null)
})

test('any value in any place is read without a fault', () => {
  const spoil = (value: unknown, wrong: unknown): unknown[] => {
    if (typeof value !== 'object' || value === null) return []
    return Object.keys(value).flatMap(key => {
      const inner = (value as Record<string, unknown>)[key]
      const put = (changed: unknown): unknown =>
        Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed }
      return [put(wrong), ...spoil(inner, wrong).map(put)]
    })
  }
  for (const wrong of [null, 7, 'x', [], {}, [null], { ranges: 3 }])
    for (const spoiled of spoil(METADATA, wrong)) readBuildSteps(JSON.stringify(spoiled))
})
