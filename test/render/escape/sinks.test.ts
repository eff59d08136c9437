import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html } from '../../../src/render/escape/html.ts'
import { terminalText } from '../../../src/render/escape/terminal.ts'
import { cut, oneLine, shorten, visible } from '../../../src/render/escape/visible.ts'
import { annotationText } from '../../../src/render/escape/workflow-command.ts'
import { naughtyStrings } from '../../support/strings.ts'
import { HOSTILE } from '../reviews.ts'

test('characters that do not show are spelled out, others stay', () => {
  assert.equal(visible('a b/ü-漢-😀'), 'a b/ü-漢-😀')
  assert.equal(visible('\n\r\t\u0000\u007f\u0085\u00a0\u00ad'), '\\n\\r\\t\\x00\\x7f\\x85\\xa0\\xad')
  assert.equal(visible('\u061c\u200b\u202e\u2066\ufeff\u3164'), '\\u061c\\u200b\\u202e\\u2066\\ufeff\\u3164')
  assert.equal(visible('\udc00x'), '\\udc00x')
})

test('shortened text keeps whole characters', () => {
  assert.equal(shorten('/usr/lib/x86_64', 9), '/usr…6_64')
  assert.equal(cut('one two three', 9), 'one two…')
  assert.equal(cut('😀😀😀', 2), '😀…')
  assert.equal(oneLine('RUN a \\\n  && b\n\n'), 'RUN a && b')
})

test('no naughty string brings a control character to a terminal', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  for (const data of [...strings, ...HOSTILE])
    assert.doesNotMatch(terminalText(data), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
})

test('no naughty string is more than text in HTML or in an attribute', t => {
  assert.equal(html(`<a href="x" b='y'>&\``), '&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;&#96;')
  const strings = naughtyStrings(t)
  if (strings === null) return
  for (const data of [...strings, ...HOSTILE]) {
    assert.doesNotMatch(html(data), /[<>"'`]/)
    const back = html(data).replace(/&(amp|lt|gt|quot|#39|#96);/g, entity => ENTITIES[entity]!)
    assert.equal(back, visible(data))
  }
})

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
}

interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/** How the runner reads a line: `::name key=value,key=value::data` after leading blanks (its TryParseV2). */
const parseCommand = (text: string): Command | null => {
  const trimmed = text.trimStart()
  const end = trimmed.indexOf('::', 2)
  if (!trimmed.startsWith('::') || end < 0) return null
  const [name = '', ...rest] = trimmed.slice(2, end).split(' ')
  const pairs = rest
    .join(' ')
    .split(',')
    .filter(part => part !== '')
  const properties = Object.fromEntries(
    pairs.map(pair => {
      const [key = '', ...value] = pair.split('=')
      return [key.trim(), unescaped(value.join('='), true)]
    }),
  )
  return { name, properties, data: unescaped(trimmed.slice(end + 2), false) }
}

const unescaped = (text: string, isProperty: boolean): string =>
  (isProperty ? text.replaceAll('%2C', ',').replaceAll('%3A', ':') : text)
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%25', '%')

/** The runner's old form is found anywhere in a line (its TryParse). */
const hasOldCommand = (text: string): boolean => /##\[.*\]/.test(text)

test('the text of an annotation holds no command, new or old, in any of its lines', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  for (const data of [
    ...strings,
    ...HOSTILE,
    '::add-mask::e',
    ' ::stop-commands::x',
    'a\n::error::b',
    'x ##[group]y',
  ]) {
    for (const line of annotationText(data).split('\n')) {
      assert.equal(parseCommand(line), null, line)
      assert.equal(hasOldCommand(line), false, line)
    }
  }
})
