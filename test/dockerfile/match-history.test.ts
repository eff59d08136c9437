// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a Dockerfile writes ${X}
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type FinalStage, finalStage } from '../../src/dockerfile/final-stage.ts'
import { matchHistory } from '../../src/dockerfile/match-history.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import type { HistoryEntry } from '../../src/image/image.ts'

const RECORDED = join(import.meta.dirname, 'recorded')

interface RawEntry {
  readonly created_by?: string
  readonly comment?: string
  readonly empty_layer?: boolean
}

const entry = (raw: RawEntry): HistoryEntry => ({
  createdBy: raw.created_by ?? null,
  comment: raw.comment ?? null,
  emptyLayer: raw.empty_layer ?? false,
})

const stageOf = (text: string): FinalStage => finalStage(parseDockerfile(text, 'D'))

/** The start lines of the layers, `-` for an inherited one; null where nothing is said. */
const linesOf = (history: readonly HistoryEntry[], stage: FinalStage): string | null => {
  const layers = history.filter(({ emptyLayer }) => !emptyLayer).length
  const match = matchHistory(history, layers, stage)
  if (match === null) return null
  assert.equal(match.layers.length, layers)
  assert.equal(
    match.layers.findIndex(layer => layer !== null),
    match.layers.length === match.baseLayers ? -1 : match.baseLayers,
  )
  return match.layers.map(layer => (layer === null ? '-' : layer.line.start)).join(' ')
}

/** Images built for this: their Dockerfile, the builder, and the line of each layer as a person reads them. */
const IMAGES: readonly (readonly [dockerfile: string, builder: string, lines: string])[] = [
  ['kinds', 'buildkit-0.33', '- 12 17 18 19 20 21 22 23 24 25 27 37 38 44 45 46 50 55 59 64 65 67 68 70'],
  ['kinds-legacy', 'legacy-20.10', '- 12 19 20 21 22 23 25 37 38 44 46 47 49'],
  ['kinds-legacy', 'buildkit-20.10', '- 12 17 18 19 20 21 22 23 24 25 27 37 38 44 46 47 49'],
  ['oddities', 'buildkit-0.33', '- - - - 12 13 14 15 16 17 18 19 20 21 22 23 24 29 33 34 35 36 52'],
  ['oddities-legacy', 'legacy-20.10', '- - - - 12 13 14 15 16 17 18 20 21 31 48'],
]

const recorded = (dockerfile: string, builder: string): { history: HistoryEntry[]; stage: FinalStage } => ({
  history: (
    JSON.parse(readFileSync(join(RECORDED, `${dockerfile}.${builder}.json`), 'utf8')) as RawEntry[]
  ).map(entry),
  stage: stageOf(readFileSync(join(RECORDED, `${dockerfile}.Dockerfile`), 'utf8')),
})

test('the layers of real images have the lines that made them', async t => {
  for (const [dockerfile, builder, lines] of IMAGES)
    await t.test(`${dockerfile}, ${builder}`, () => {
      const { history, stage } = recorded(dockerfile, builder)
      assert.equal(linesOf(history, stage), lines)
    })
})

test('a history that lacks, repeats or swaps an entry of its own has no lines', async t => {
  for (const [dockerfile, builder] of IMAGES) {
    const { history, stage } = recorded(dockerfile, builder)
    const own = history.length - stage.instructions.length
    for (let at = Math.max(own, 5) + 2; at < history.length; at++) {
      const [before, here] = [history[at - 1]!, history[at]!]
      // The entry of `--label` is the builder's own.
      const label = at === history.length - 1 && /#\(nop\)\s+LABEL lab=1/.test(here.createdBy ?? '')
      await t.test(`${dockerfile}, ${builder}, ${at}: ${here.createdBy}`, () => {
        if (!label) assert.equal(linesOf(history.toSpliced(at, 1), stage), null, 'lacks')
        assert.equal(linesOf(history.toSpliced(at, 0, before), stage), null, 'repeats')
        if (before.createdBy !== here.createdBy)
          assert.equal(linesOf(history.toSpliced(at - 1, 2, here, before), stage), null, 'swaps')
      })
    }
  }
})

test('layers that history does not count have no lines', () => {
  const { history, stage } = recorded('kinds', 'buildkit-0.33')
  const layers = history.filter(({ emptyLayer }) => !emptyLayer).length
  assert.notEqual(matchHistory(history, layers, stage), null)
  for (const wrong of [0, layers - 1, layers + 1]) assert.equal(matchHistory(history, wrong, stage), null)
  assert.equal(matchHistory([], 3, stage), null)
})

test('what a layer came from is on one line, without the values of secrets', () => {
  const stage = stageOf(
    'FROM a\nRUN curl -H "Authorization: Bearer abc" \\\n    https://u:p@x.example/ && \\\n    TOKEN=abc make\n',
  )
  const createdBy =
    'RUN /bin/sh -c curl -H "Authorization: Bearer abc"     https://u:p@x.example/ &&     TOKEN=abc make # buildkit'
  assert.deepEqual(matchHistory([entry({ created_by: createdBy })], 1, stage), {
    baseLayers: 0,
    layers: [
      {
        instruction: 'RUN curl -H "Authorization: ***" https://***@x.example/ && TOKEN=*** make',
        line: { file: 'D', start: 2, end: 4 },
      },
    ],
  })
})

const layer = (created_by: string): RawEntry => ({ created_by })
const empty = (created_by: string): RawEntry => ({ created_by, empty_layer: true })
const HASH = 'a'.repeat(64)

/** One or two instructions after `FROM a`, and the end of a history that must or must not be theirs. */
const PAIRS: readonly (readonly [
  name: string,
  instructions: string,
  history: readonly RawEntry[],
  fits: boolean,
])[] = [
  ['nothing of its own', '', [], true],
  ['RUN', 'RUN a b', [layer('RUN /bin/sh -c a b # buildkit')], true],
  ['RUN with other white space', 'RUN a \\\n\n  b', [layer('RUN /bin/sh -c a b')], true],
  ['RUN of another command', 'RUN a b', [layer('RUN /bin/sh -c a c # buildkit')], false],
  ['RUN of the end of another command', 'RUN b', [layer('RUN /bin/sh -c a b # buildkit')], false],
  [
    'RUN of the end of another command, with arguments',
    'RUN b',
    [layer('RUN |1 X=y /bin/sh -c a b # buildkit')],
    false,
  ],
  ['RUN of the end of a word', 'RUN b', [layer('RUN /bin/sh -c ab # buildkit')], false],
  ['RUN with arguments', 'RUN b', [layer('RUN |2 X=y z W= /bin/sh -c b # buildkit')], true],
  ['RUN with arguments, legacy', 'RUN b', [layer('|2 X=y z W= /bin/sh -c b')], true],
  ['RUN of another shell, nested', 'RUN b', [layer('RUN /bin/sh -c bash -c b # buildkit')], false],
  ['RUN of a shell of the base image', 'RUN b', [layer('RUN /bin/bash -eo pipefail -c b # buildkit')], true],
  [
    'RUN of another shell than SHELL says',
    'SHELL ["/bin/ash", "-c"]\nRUN b',
    [empty('SHELL [/bin/ash -c]'), layer('RUN /bin/sh -c b')],
    false,
  ],
  [
    'RUN that only names its command',
    'RUN --mount=type=cache,target=/c b',
    [layer('RUN --mount=type=cache,target=/c b')],
    true,
  ],
  ['RUN without a command', 'RUN', [layer('RUN /bin/sh -c  # buildkit')], true],
  ['RUN in the JSON form', 'RUN ["a", "b c"]', [layer('RUN a b c # buildkit')], true],
  ['RUN in the JSON form of another command', 'RUN ["a", "b c"]', [layer('RUN x a b c # buildkit')], false],
  ['RUN in the JSON form with arguments', 'RUN ["a", "b c"]', [layer('RUN |1 X=y a b c # buildkit')], true],
  ['RUN of a heredoc', 'RUN <<E\na\nE', [layer('RUN /bin/sh -c a\n # buildkit')], true],
  ['RUN of another heredoc', 'RUN <<E\na\nE', [layer('RUN /bin/sh -c b\n # buildkit')], false],
  ['COPY of a quoted heredoc', 'COPY <<-"E" /a\n\tb\nE', [layer('COPY <<E /a # buildkit')], true],
  ['COPY of another heredoc', 'COPY <<-"E" /a\n\tb\nE', [layer('COPY <<F /a # buildkit')], false],
  [
    'COPY of heredocs and a file',
    'COPY <<E b 3<<F /a/\nE\nF',
    [layer('COPY b <<E <<F /a/ # buildkit')],
    true,
  ],
  ['RUN that left no layer', 'RUN a', [empty('RUN /bin/sh -c a # buildkit')], false],
  [
    'RUN that left no layer, legacy',
    'RUN a\nRUN b\nRUN c',
    [layer('/bin/sh -c a'), empty('/bin/sh -c b'), layer('/bin/sh -c c')],
    true,
  ],
  [
    'one layer of several RUN, Buildah',
    'RUN a\nRUN b',
    [empty('/bin/sh -c a'), layer('/bin/sh -c b')],
    false,
  ],
  ['ENV that left a layer', 'ENV A=b', [layer('ENV A=b')], false],
  ['COPY that left no layer', 'COPY a b', [empty('COPY a b # buildkit')], false],
  ['COPY', 'COPY --from=x --chown=1 a b', [layer('COPY --chown=1 a b # buildkit')], true],
  ['COPY of something else', 'COPY a b', [layer('COPY c b # buildkit')], false],
  ['COPY to somewhere else', 'COPY a b', [layer('COPY a c # buildkit')], false],
  ['COPY with a variable', 'COPY $X/a ${Y:-z}/b', [layer('COPY 1/2/a w/b # buildkit')], true],
  [
    'COPY with a variable and something else',
    'COPY $X/a ${Y:-z}/b',
    [layer('COPY 1/2/a w/c # buildkit')],
    false,
  ],
  ['COPY, legacy', 'COPY a b', [layer(`/bin/sh -c #(nop) COPY file:${HASH} in b `)], true],
  ['COPY to somewhere else, legacy', 'COPY a b', [layer(`/bin/sh -c #(nop) COPY file:${HASH} in c `)], false],
  [
    'COPY of flags, legacy',
    'COPY --chown=1 a b',
    [layer(`/bin/sh -c #(nop) COPY --chown=1file:${HASH} in b `)],
    true,
  ],
  ['ADD for COPY', 'COPY a b', [layer('ADD a b # buildkit')], false],
  ['WORKDIR with a layer', 'WORKDIR /a/', [layer('WORKDIR /a')], true],
  ['WORKDIR without', 'WORKDIR /a', [empty('WORKDIR /a')], true],
  ['WORKDIR elsewhere', 'WORKDIR /a', [empty('WORKDIR /b')], false],
  ['WORKDIR, relative', 'WORKDIR b', [layer('WORKDIR /a/b')], true],
  ['WORKDIR, relative and elsewhere', 'WORKDIR b', [layer('WORKDIR /a/c')], false],
  [
    'WORKDIR after another',
    'WORKDIR /a\nWORKDIR b/..//c',
    [layer('WORKDIR /a'), layer('WORKDIR /a/c')],
    true,
  ],
  ['WORKDIR after another one', 'WORKDIR /a\nWORKDIR b', [layer('WORKDIR /a'), layer('WORKDIR /c/b')], false],
  ['WORKDIR of a variable', 'WORKDIR /a\nWORKDIR $X', [layer('WORKDIR /a'), layer('WORKDIR /x')], true],
  ['VOLUME', 'VOLUME /a /b', [empty('VOLUME [/a /b]')], true],
  ['VOLUME of another path', 'VOLUME ["/a"]', [empty('VOLUME [/b]')], false],
  ['EXPOSE, sorted', 'EXPOSE 90 80/udp $X', [empty('EXPOSE [1/tcp 80/udp 90/tcp]')], true],
  ['EXPOSE as Docker 20.10 has it', 'EXPOSE 90 80/udp', [empty('EXPOSE map[80/udp:{} 90/tcp:{}]')], true],
  ['EXPOSE of another port', 'EXPOSE 90', [empty('EXPOSE [80/tcp]')], false],
  ['HEALTHCHECK', 'HEALTHCHECK CMD a "b"', [empty('HEALTHCHECK {Test:[CMD-SHELL a "b"] Interval:0s}')], true],
  [
    'HEALTHCHECK of another command',
    'HEALTHCHECK CMD probe x',
    [empty('HEALTHCHECK {Test:[CMD-SHELL probe y] Interval:0s}')],
    false,
  ],
  ['ENV', 'ENV A=1 B="2 3"', [empty('ENV A=1 B=2 3')], true],
  ['ENV of another name', 'ENV A=1', [empty('ENV B=1')], false],
  ['ENV in another order', 'ENV A=1 B=1', [empty('ENV B=1 A=1')], false],
  ['ARG that was given', 'ARG A', [empty('ARG A=x')], true],
  ['CMD', 'CMD ["a", "b\\"c"]', [empty('CMD ["a" "b\\"c"]')], true],
  ['CMD of something else', 'CMD ["a", "b"]', [empty('CMD ["a" "c"]')], false],
  ['CMD for a shell', 'CMD a "b"', [empty('CMD ["/bin/sh" "-c" "a \\"b\\""]')], true],
  ['ENTRYPOINT for CMD', 'CMD ["a"]', [empty('ENTRYPOINT ["a"]')], false],
  ['ONBUILD leaves nothing', 'ONBUILD RUN x\nRUN a', [layer('RUN /bin/sh -c a # buildkit')], true],
  [
    'ONBUILD leaves an entry, legacy',
    'ONBUILD RUN x\nUSER a',
    [empty('/bin/sh -c #(nop)  ONBUILD RUN x'), empty('/bin/sh -c #(nop)  USER a')],
    true,
  ],
  [
    'labels of the command line, legacy',
    'USER a',
    [empty('/bin/sh -c #(nop)  USER a'), empty('/bin/sh -c #(nop)  LABEL x=y')],
    true,
  ],
  ['an entry more at the end', 'RUN a', [layer('RUN /bin/sh -c a # buildkit'), empty('CMD ["x"]')], false],
  ['an import at the end', 'RUN a', [{ comment: 'Imported from -' }], false],
  [
    'the squashed layer of docker build --squash',
    'RUN a\nRUN b',
    [empty('/bin/sh -c a'), empty('/bin/sh -c b'), { comment: 'merge sha256:1 to sha256:2' }],
    false,
  ],
]

test('an entry is an instruction’s if the keyword and all that builders do not rewrite agree', async t => {
  const base = [layer('ADD rootfs.tar / # buildkit'), empty('CMD ["sh"]')].map(entry)
  for (const [name, instructions, history, fits] of PAIRS)
    await t.test(name, () => {
      const lines = linesOf([...base, ...history.map(entry)], stageOf(`FROM a\n${instructions}\n`))
      assert.equal(lines !== null, fits, `${lines}`)
    })
})

test('FROM scratch has nothing below its instructions', () => {
  const stage = stageOf('FROM scratch\nCOPY a /\n')
  const copy = entry(layer('COPY a / # buildkit'))
  assert.equal(linesOf([copy], stage), '2')
  assert.equal(linesOf([entry(layer('ADD rootfs.tar /')), copy], stage), null)
})

test('a chain of stages that is not known whole has no lines', () => {
  const text = 'FROM a AS x-amd64\nRUN a\nFROM x-$TARGETARCH\nRUN b\n'
  const history = [layer('RUN /bin/sh -c a # buildkit'), layer('RUN /bin/sh -c b # buildkit')].map(entry)
  assert.equal(linesOf(history, stageOf(text)), null)
  const known = finalStage(parseDockerfile(text, 'D'), { platform: 'linux/amd64' })
  assert.equal(linesOf(history, known), '2 4')
})
