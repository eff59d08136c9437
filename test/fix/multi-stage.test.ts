/** Dockerfiles of several stages whose last one has leftovers, by their plans alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { listCandidates, whyNoStage } from '../../src/fix/candidates.ts'
import { applyEdits } from '../../src/fix/edit.ts'
import { chainOf, wholeStage } from '../../src/fix/final-chain.ts'
import { planStages } from '../../src/fix/plan-stages.ts'
import { programFiles } from '../../src/fix/program.ts'
import { inPlaceEdits, NO_FACTS } from '../../src/fix/rewrites/index.ts'
import { splitStages } from '../../src/fix/stages.ts'
import { makeEvidence, makeScene } from '../support/make-scene.ts'
import { file } from '../support/make-tar.ts'

const OWN = [
  file('app/main', 'program', { mode: 0o755 }),
  file('root/.npm/_cacache/content-v2/sha512/aa/b', 'x'.repeat(50_000)),
]

/** The plan for a final stage on the same base, where the leftovers come from a line. */
const split = (text: string, line: number, target: string | null = null): string => {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const scene = makeScene({ own: OWN, config: { cmd: ['/app/main'] }, line })
  const options = { hasSmokeTest: false, inPlaceBytes: 0 }
  const stage = wholeStage(dockerfile, { target })
  const candidates = listCandidates(scene, stage, makeEvidence(), options)
  if (typeof candidates === 'string') return candidates
  const { base } = candidates.find(({ id }) => id === 'same-base-stage')!
  const planned = planStages(scene, stage, { name: base, other: null }, makeEvidence())
  if (typeof planned === 'string') return planned
  return applyEdits(text, splitStages(text, dockerfile, stage, planned.plan)!)
}

test('leftovers of a RUN in the last stage stay in a stage of their own beside the author’s', () => {
  const text = `FROM golang AS build
RUN go build

# runs
FROM base AS app
COPY --from=build /tool /tool
RUN fetch
USER 1000
CMD ["/app/main"]
`
  assert.equal(
    split(text, 7),
    `FROM golang AS build
RUN go build

# runs
FROM base AS build-2
COPY --from=build /tool /tool
RUN fetch

FROM base AS app
COPY --from=build-2 /app /app
USER 1000
CMD ["/app/main"]
`,
  )
})

test('leftovers that the last stage copies from another stage stay behind', () => {
  const text = `FROM base AS build
RUN make
FROM base
COPY --from=build / /
CMD ["/app/main"]
`
  assert.equal(
    split(text, 4),
    `FROM base AS build
RUN make
FROM base AS build-2
COPY --from=build / /

FROM base
COPY --from=build-2 /app /app
CMD ["/app/main"]
`,
  )
})

test('a last stage that builds nothing stands on the image again, and copies from the stage that it stood on', () => {
  const above = `ARG TAG=1
FROM --platform=linux/amd64 base:$TAG AS one
ENV MODE=production
WORKDIR /app
USER root
CMD ["sh"]
RUN npm ci

# runs
`
  const text = `${above}FROM one AS app
COPY x /app/x
USER 1000
CMD ["/app/main"]
`
  assert.equal(
    split(text, 7),
    `${above}FROM --platform=linux/amd64 base:$TAG AS app
ENV MODE=production
WORKDIR /app
COPY --from=one /app /app
USER root
COPY x /app/x
USER 1000
CMD ["/app/main"]
`,
  )
})

test('a last stage that builds on another stage is parted, and has the settings of both', () => {
  const above = `FROM base AS one
ARG V=1
ENV MODE=$V
ENTRYPOINT ["tini"]
CMD ["sh"]
LABEL a=b
FROM golang AS two
RUN make
`
  const text = `${above}FROM One
COPY --from=two /tool /tool
RUN npm ci
EXPOSE 80
ENTRYPOINT ["/app/main"]
`
  assert.equal(
    split(text, 11),
    `${above}FROM One AS build
COPY --from=two /tool /tool
RUN npm ci

FROM base
ARG V=1
ENV MODE=$V
COPY --from=build /app /app
LABEL a=b
EXPOSE 80
ENTRYPOINT ["/app/main"]
`,
  )
})

test('a target in the middle is parted where no later stage takes from it', () => {
  const text = (later: string) => `FROM base AS app
RUN make
CMD ["/app/main"]
FROM base AS other
${later}
`
  assert.equal(
    split(text('RUN test'), 2, 'APP'),
    `FROM base AS build
RUN make

FROM base AS app
COPY --from=build /app /app
CMD ["/app/main"]
FROM base AS other
RUN test
`,
  )
  const taken = 'other stages of the file take from the target'
  for (const later of [
    'COPY --from=App /app /app',
    'COPY --from=0 /app /app',
    'COPY --from=1 /app /app',
    'RUN --mount=type=bind,from=app,target=/x test',
    'RUN --mount=from=app,target=/x test',
    'RUN test\nFROM app',
    'RUN test\nARG BASE\nFROM $BASE',
  ])
    assert.equal(split(text(later), 2, 'app'), taken, later)
  assert.match(split(text('COPY --from=golang /go /go'), 2, 'app'), /AS build/)
  assert.match(split(text('RUN test'), 2, '0'), /^its target is a number/)
})

test('stages that build nothing are not parted', () => {
  const text = 'FROM base AS one\nENV A=1\nFROM one\nCOPY x /app/main\nCMD ["/app/main"]\n'
  assert.equal(split(text, 1), 'no instruction of the Dockerfile builds anything')
})

test('another image is tried for all instructions only where no other stage stands on them', () => {
  const scene = makeScene({ own: OWN, base: [], baseName: 'python:3.12' })
  const idsOf = (text: string) => {
    const stage = wholeStage(parseDockerfile(text, 'Dockerfile'))
    const candidates = listCandidates(scene, stage, makeEvidence(), { hasSmokeTest: false, inPlaceBytes: 0 })
    assert.ok(typeof candidates !== 'string', String(candidates))
    return candidates.map(({ id, base }) => `${id} ${base}`)
  }
  const text = (more: string) => `FROM python:3.12 AS one\nRUN make\n${more}FROM one\nRUN make all\n`
  assert.deepEqual(idsOf(text('')), [
    'slimmer-stage python:3.12-slim',
    'slimmer-base python:3.12-slim',
    'same-base-stage python:3.12',
  ])
  assert.deepEqual(idsOf(text('FROM one AS test\nRUN pytest\n')), [
    'slimmer-stage python:3.12-slim',
    'same-base-stage python:3.12',
  ])
})

const inPlace = (text: string, target: string | null = null): string => {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const chain = chainOf(dockerfile, { target })
  return applyEdits(
    text,
    inPlaceEdits(text, dockerfile, NO_FACTS, stage => chain.has(stage)),
  )
}

test('single instructions are changed in all stages that make the image, and in no other', () => {
  const text = (last: string) => `FROM debian AS common
RUN pip install a
FROM common AS build
RUN pip install b
FROM debian AS Base
RUN pip install c
FROM base
RUN pip install ${last}
COPY --from=build /out /out
`
  const changed = text('d').replace(/(install) ([cd])/g, '$1 --no-cache-dir $2')
  assert.equal(inPlace(text('d')), changed)
  assert.equal(inPlace(text('d'), 'common'), text('d'))
  assert.equal(inPlace(text('d'), 'build'), text('d').replace(/(install) ([ab])/g, '$1 --no-cache-dir $2'))
})

test('a stage that others stand on, too, is left to them', () => {
  const text = `FROM debian AS common
RUN pip install a
FROM common AS test
RUN pip install pytest
FROM common
RUN pip install b
`
  assert.equal(inPlace(text), text.replace('install b', 'install --no-cache-dir b'))
  const variable = text.replace('FROM common AS test', 'ARG B=common\nFROM $B AS test')
  assert.doesNotMatch(inPlace(variable), /--no-cache-dir a/)
})

test('package lists stay where a stage that stands on this one installs from them', () => {
  const text = (update: string) => `FROM debian AS one
RUN apt-get update
FROM one
RUN ${update}apt-get install -y curl
`
  assert.equal(inPlace(text('')), text(''))
  assert.match(
    inPlace(text('apt-get update && ')),
    /^RUN apt-get update && rm -rf \/var\/lib\/apt\/lists\/\*$/m,
  )
})

test('single instructions are tried once more without those that a proof may refuse', () => {
  const text = 'FROM python\nCOPY . /app\nRUN pip install a\nRUN chown -R 1000:1000 /app\n'
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const facts = { ...NO_FACTS, wrote: () => false, baseHas: () => false }
  const rewritesOf = (isCautious: boolean) =>
    inPlaceEdits(text, dockerfile, facts, undefined, ({ mayFail }) => !isCautious || !mayFail).flatMap(
      ({ rewrites }) => rewrites,
    )
  assert.deepEqual(rewritesOf(false), ['pip-no-cache', 'copy-chown'])
  assert.deepEqual(rewritesOf(true), ['pip-no-cache'])
  const candidates = (hasCautious: boolean) =>
    listCandidates(makeScene({ own: OWN }), wholeStage(dockerfile), makeEvidence(), {
      hasSmokeTest: false,
      inPlaceBytes: 1,
      hasCautious,
    })
  assert.deepEqual(
    [...candidates(true)].map(each => typeof each === 'object' && [each.id, each.isCautious ?? false]),
    [
      ['same-base-stage', false],
      ['in-place', false],
      ['in-place', true],
    ],
  )
  assert.equal(candidates(false).length, 2)
})

test('why no final stage is tried is known, too, where single instructions are', () => {
  const stage = wholeStage(parseDockerfile('FROM base\nRUN make\n', 'Dockerfile'))
  const scene = makeScene({ own: OWN })
  const options = { hasSmokeTest: false, inPlaceBytes: 1 }
  const evidence = makeEvidence({ compiles: '/app/main starts cc' })
  const candidates = listCandidates(scene, stage, evidence, options)
  assert.deepEqual(typeof candidates === 'object' && candidates.map(({ id }) => id), ['in-place'])
  assert.equal(
    whyNoStage(scene, stage, evidence, options),
    '/app/main starts cc: what it was built with must stay',
  )
  assert.equal(whyNoStage(scene, stage, makeEvidence(), options), null)
})

test('what Node and cargo keep for their next start is no part of the program', () => {
  const traces = [
    file('tmp/node-compile-cache/v24.1.0-x64-0a-0/00bf0630', 'code'),
    file('usr/local/cargo/.global-cache', 'database'),
    file('root/.cargo/.package-cache-mutate', ''),
  ]
  const { items } = programFiles(
    makeScene({ own: [...OWN, ...traces, file('tmp/data', 'words')] }),
    () => false,
  )
  assert.deepEqual(
    items.map(({ path }) => path),
    ['/app/main', '/tmp/data'],
  )
})
