import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerignore } from '../../src/build/dockerignore.ts'

const TABLE: readonly (readonly [text: string, ignored: readonly string[], sent: readonly string[]])[] = [
  ['', [], ['a']],
  ['# comment\n\n  \n', [], ['# comment', 'a']],
  ['a', ['a', 'a/b', 'a/b/c'], ['ab', 'b/a']],
  ['/a/', ['a', 'a/b'], ['b/a']],
  ['./a/../b', ['b'], ['a']],
  [' a \r\nb\r\n', ['a', 'b'], ['c']],
  ['*', ['a', 'a/b', '.git'], []],
  ['*.md', ['x.md', '.md', 'd.md/x'], ['x.mdx', 'a/x.md']],
  ['*/temp*', ['a/temp', 'a/temporary.txt', 'a/temp/x'], ['temp', 'a/b/temp']],
  ['temp?', ['tempa', 'temp1/x'], ['temp', 'tempab', 'temp/']],
  ['**/*.go', ['x.go', 'a/x.go', 'a/b/c/x.go'], ['x.got']],
  ['**', ['a', 'a/b'], []],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'b']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z', 'a/b/z/y'], ['a', 'az', 'b/a/z']],
  ['**/node_modules', ['node_modules', 'x/node_modules/y'], ['node_modules2']],
  ['[a-c]x', ['ax', 'bx', 'cx'], ['dx', '-x', 'x']],
  ['[^a-c]x', ['dx'], ['ax', '/x']],
  ['a\\*b', ['a*b'], ['axb']],
  ['*.md\n!README.md', ['x.md'], ['README.md']],
  ['*.md\n!README*.md\nREADME-secret.md', ['x.md', 'README-secret.md'], ['README.md', 'README-x.md']],
  ['!README.md\n*.md', ['README.md'], []],
  ['*\n!src', ['a', 'a/src'], ['src', 'src/a/b']],
  ['a\n!a/b', ['a', 'a/c'], ['a/b', 'a/b/c']],
  ['a.b', ['a.b'], ['axb']],
  ['a+(b)', ['a+(b)'], ['ab']],
  ['[unclosed', ['[unclosed'], ['u']],
]

for (const [text, ignored, sent] of TABLE)
  test(`.dockerignore ${JSON.stringify(text)}`, () => {
    const rules = parseDockerignore(text)
    assert.deepEqual(
      ignored.filter(path => !rules.ignores(path)),
      [],
    )
    assert.deepEqual(
      sent.filter(path => rules.ignores(path)),
      [],
    )
  })

test('a pattern made to be slow is not', () => {
  const rules = parseDockerignore(`${'*a'.repeat(100)}b\n${'**/*'.repeat(50)}b`)
  const started = performance.now()
  assert.equal(rules.ignores('a'.repeat(200)), false)
  assert.ok(performance.now() - started < 1000)
})
