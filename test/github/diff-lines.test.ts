import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffLines, showsLines } from '../../src/github/diff-lines.ts'

const PATCH = `@@ -1,3 +1,4 @@
 FROM debian
-RUN old
+RUN apt-get update \\
+  && apt-get install -y gcc
 COPY . .
@@ -20 +21,2 @@ RUN x
 USER me
+CMD ["sh"]
\\ No newline at end of file`

test('a patch shows the lines of the head, with their numbers', () => {
  assert.deepEqual(
    [...diffLines(PATCH)].map(([line, { text, hunk }]) => [line, hunk, text]),
    [
      [1, 1, 'FROM debian'],
      [2, 1, 'RUN apt-get update \\'],
      [3, 1, '  && apt-get install -y gcc'],
      [4, 1, 'COPY . .'],
      [21, 2, 'USER me'],
      [22, 2, 'CMD ["sh"]'],
    ],
  )
})

for (const [why, start, lines, expected] of [
  ['one line', 22, ['CMD ["sh"]'], true],
  ['several lines of one hunk', 2, ['RUN apt-get update \\', '  && apt-get install -y gcc'], true],
  ['a line that says something else', 2, ['RUN old'], false],
  ['a line between the hunks', 5, ['COPY . .'], false],
  ['lines of two hunks', 4, ['COPY . .', 'USER me'], false],
  ['the end of a hunk and more', 22, ['CMD ["sh"]', ''], false],
] as const)
  test(`${why}: ${expected ? 'shown' : 'not shown'} by the diff`, () =>
    assert.equal(showsLines(diffLines(PATCH), start, lines), expected))

test('line ends of Windows and what is no patch are no lines of their own', () => {
  assert.equal(showsLines(diffLines('@@ -0,0 +1 @@\n+FROM x\r'), 1, ['FROM x']), true)
  for (const text of ['', 'Binary files differ', '+a\n b', '@@ nonsense @@\n+a'])
    assert.equal(diffLines(text).size, 0)
})
