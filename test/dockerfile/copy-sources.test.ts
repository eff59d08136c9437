import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copySources } from '../../src/dockerfile/copy-sources.ts'
import { finalStage } from '../../src/dockerfile/final-stage.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'

const CASES: readonly (readonly [line: string, sources: readonly string[]])[] = [
  ['COPY a.txt /x', ['a.txt']],
  ['COPY a b c/ /x/', ['a', 'b', 'c/']],
  ['copy . .', ['.']],
  ['COPY ./a /b/c ../d /x/', ['a', 'b/c', '../d']],
  ['COPY --chown=1:1 --chmod=644 a /x', ['a']],
  ['COPY ["a  b", "c", "/x"]', ['a  b', 'c']],
  ['COPY *.json $DIR/x /x/', ['*.json', '$DIR/x']],
  ['ADD a.tar.gz /x', ['a.tar.gz']],
  ['ADD https://example.com/a.tar /x', []],
  ['ADD --keep-git-dir=true git@example.com:a/b.git /x', []],
  ['ADD https://github.com/a/b.git#main local /x', ['local']],
  ['COPY --from=build /out /x', []],
  ['COPY --from=0 --chown=1 a /x', []],
  ['COPY <<EOF /x\nbody\nEOF', []],
  ['COPY a <<EOF /x/\nbody\nEOF', ['a']],
  ['COPY a \\\n  # comment\n  b /x/', ['a', 'b']],
  ['RUN cp a b', []],
]

test('local sources of COPY and ADD are listed, and nothing else', async t => {
  for (const [line, sources] of CASES)
    await t.test(line, () =>
      assert.deepEqual(copySources(parseDockerfile(`FROM x\n${line}\n`, 'D')), sources),
    )
})

test('sources are listed once, of the whole file or of the stages that are built', () => {
  const file = parseDockerfile('FROM a AS one\nCOPY x .\nFROM b\nCOPY y x .\nCOPY ./x z\n', 'D')
  assert.deepEqual(copySources(file), ['x', 'y'])
  assert.deepEqual(copySources(file, finalStage(file, { target: 'one' }).instructions), ['x'])
})
