// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a Dockerfile writes ${X}
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FinalStageOptions, finalStage } from '../../src/dockerfile/final-stage.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'

const summary = (text: string, options: FinalStageOptions = {}): string => {
  const { base, baseLine, instructions, complete } = finalStage(parseDockerfile(text, 'D'), options)
  const lines = instructions.map(({ keyword, line }) => `${keyword}:${line.start}`).join(' ')
  return `${base}@${baseLine.start} [${lines}]${complete ? '' : ' incomplete'}`
}

const CHAIN = `ARG V=3.20
FROM alpine:\${V} AS Base
RUN a
FROM golang AS build
RUN b
FROM base AS middle
RUN c
FROM middle
COPY --from=build /x /x
`

const CASES: readonly (readonly [
  name: string,
  text: string,
  options: FinalStageOptions,
  expected: string,
])[] = [
  ['one stage', 'FROM a\nRUN b\n', {}, 'a@1 [RUN:2]'],
  ['the last stage and those below it', CHAIN, {}, 'alpine:3.20@2 [RUN:3 RUN:7 COPY:9]'],
  ['a null target is the last', CHAIN, { target: null }, 'alpine:3.20@2 [RUN:3 RUN:7 COPY:9]'],
  ['a target by name', CHAIN, { target: 'build' }, 'golang@4 [RUN:5]'],
  ['a target in another case', CHAIN, { target: 'MIDDLE' }, 'alpine:3.20@2 [RUN:3 RUN:7]'],
  ['a target by index', CHAIN, { target: '0' }, 'alpine:3.20@2 [RUN:3]'],
  ['a build argument', CHAIN, { buildArgs: { V: 'edge' }, target: 'base' }, 'alpine:edge@2 [RUN:3]'],
  ['a build argument that no ARG declares', 'FROM a:${V:-1}\n', { buildArgs: { V: '2' } }, 'a:1@1 []'],
  ['an ARG without a value', 'ARG V\nFROM a${V:+-x}\n', {}, 'a@2 []'],
  ['an ARG without a value that gets one', 'ARG V\nFROM a${V:+-x}\n', { buildArgs: { V: '1' } }, 'a-x@2 []'],
  ['an ARG of an ARG', 'ARG A=1\nARG B=${A}.2 C="x"\nFROM a:$B$C\n', {}, 'a:1.2x@3 []'],
  ['an ARG after FROM does not count', 'FROM a AS b\nARG V=1\nFROM c:${V:-2}\n', {}, 'c:2@3 []'],
  ['a stage named by an ARG', 'ARG S=one\nFROM a AS one\nRUN x\nFROM ${S}\n', {}, 'a@2 [RUN:3]'],
  ['scratch', 'FROM scratch\nCOPY a /\n', {}, 'scratch@1 [COPY:2]'],
  ['quotes', 'FROM "a:1"\n', {}, 'a:1@1 []'],
  [
    'the later of two stages with one name',
    'FROM a AS x\nRUN 1\nFROM b AS x\nRUN 2\nFROM x\n',
    {},
    'b@3 [RUN:4]',
  ],
  ['a stage that has the name of its image', 'FROM node AS node\nRUN 1\nFROM node\n', {}, 'node@1 [RUN:2]'],
  [
    'a stage further down is an image',
    'FROM later\nRUN 1\nFROM a AS later\n',
    { target: '0' },
    'later@1 [RUN:2]',
  ],
  [
    'ONBUILD runs in the next stage only',
    'FROM a AS x\nONBUILD RUN t\nRUN 1\nFROM x AS y\nRUN 2\nFROM y\nRUN 3\n',
    {},
    'a@1 [ONBUILD:2 RUN:3 RUN:2 RUN:5 RUN:7]',
  ],
  ['a platform that is not given', 'FROM a-$TARGETARCH\nRUN 1\n', {}, 'null@1 [RUN:2]'],
  ['a platform that is given', 'FROM a-$TARGETARCH\n', { platform: 'linux/arm64/v8' }, 'a-arm64@1 []'],
  [
    'a platform’s variant',
    'FROM a-$TARGETOS$TARGETVARIANT\n',
    { platform: 'linux/arm64/v8' },
    'a-linuxv8@1 []',
  ],
  ['a platform as build argument', 'FROM a-$TARGETARCH\n', { buildArgs: { TARGETARCH: 'x' } }, 'a-x@1 []'],
  [
    'a platform that could name a stage',
    'FROM a AS x-amd64\nFROM x-$TARGETARCH\n',
    {},
    'null@2 [] incomplete',
  ],
  ['a form that is not known here', 'ARG V=1\nFROM a:${V%1}\n', {}, 'null@2 []'],
  ['a FROM that is empty', 'FROM ${V}\n', {}, 'null@1 []'],
]

test('the final stage is the target and every stage below it', async t => {
  for (const [name, text, options, expected] of CASES)
    await t.test(name, () => assert.equal(summary(text, options), expected))
})

test('an unknown target is an error that lists the stages', () => {
  assert.throws(() => finalStage(parseDockerfile(CHAIN, 'app/D'), { target: 'biuld' }), {
    name: 'UserError',
    message: 'app/D: no stage "biuld" for the target; the stages are Base, build, middle, 3 (no name)',
  })
  assert.throws(() => finalStage(parseDockerfile(CHAIN, 'D'), { target: '4' }), { name: 'UserError' })
})
