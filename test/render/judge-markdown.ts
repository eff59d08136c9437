/** Holds Markdown of ours to what no data may do to it, by the eyes of a real GFM renderer. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { brokenRows } from '../support/broken-rows.ts'
import { type Gfm, readGfm } from '../support/gfm.ts'

const OWN_LINK =
  /^https:\/\/github\.com\/(?:example\/api|octo\/app)\/(?:blob\/[0-9a-f]{40}\/|actions\/runs\/\d+(?:\/attempts\/\d+)?$)/
const OWN_BLOCK =
  /^(?:<details(?: open)?><summary>(?:\p{Emoji}\ufe0f? <code>[^<>]*<\/code>: )?[\w (),:.+−“”]+<\/summary>|<\/details>|<!-- plimsoll v=1 key=[\w.%-]* run=[\d.]+ head=[0-9a-f]{40} -->)\n$/u
const OWN_INLINE = /^(?:<br>|<sub>|<\/sub>)$/

/** Mentions and references. */
const LIVE = /@[\w-]|#\d|GH-\d/i
/** GitHub makes a link of a bare commit. */
const COMMIT = /\b[0-9a-f]{7,40}\b/

export const judgeMarkdown = (t: TestContext, markdown: string): void => {
  assert.deepEqual(brokenRows(markdown), [], 'rows with other cells than their table')
  absent(markdown, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200c-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/)
  // another bot may search the raw text for its marker, so there is no comment but our own in the first line
  absent(markdown.slice(1), /<!--/)
  const gfm = readGfm(t, markdown)
  if (gfm !== null) judgeNodes(gfm)
}

const absent = (text: string, pattern: RegExp): void => {
  const at = text.search(pattern)
  if (at >= 0) assert.fail(`${pattern} is in ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 60))}`)
}

const judgeNodes = ({ nodes, rows }: Gfm): void => {
  for (const { cells, columns } of rows) assert.equal(cells, columns)
  let words = ''
  for (const { type, destination, text } of nodes) {
    assert.notEqual(type, 'image')
    if (type === 'link') assert.match(destination ?? '', OWN_LINK)
    if (type === 'html_block') assert.match(text, OWN_BLOCK)
    if (type === 'html_inline') assert.match(text, OWN_INLINE)
    if (type === 'code' || type === 'code_block') absent(text, LIVE)
    words += type === 'text' ? text : type === 'strong' || type === 'link' ? '' : ' \n '
  }
  absent(words, LIVE)
  absent(words, COMMIT)
}
