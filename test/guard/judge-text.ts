/** What text of ours must not do in the sink it is for. Each judge gives a count for each kind of breach. */
import { execFileSync } from 'node:child_process'
import { markerOf } from '../../src/report/marker.ts'
import { brokenRows } from '../support/broken-rows.ts'
import { type RunnerCommand, readOutputFile } from './runner.ts'

export const BREACHES = [
  'mentions',
  'links',
  'images',
  'HTML',
  'broken rows',
  'runner commands',
  'forged markers',
  'characters that do not show',
  'outputs',
] as const
export type Breach = (typeof BREACHES)[number]
export type Tell = (breach: Breach, excerpt: string) => void

/** Bidi controls, zero-width and other characters that do not show; U+200B only where Plimsoll sets it, behind these. */
const HIDDEN =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200c-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}\p{Cs}]|\u034f|\p{Variation_Selector}|(?<![@#<:\\/{\d\-w.a-f]|GH-|&lt;)\u200b/u
const OWN_LINK =
  /^https:\/\/github\.com\/example\/api\/(?:blob\/[0-9a-f]{40}\/[\w.%~-][\w.%~/-]*#L\d+(?:-L\d+)?|actions\/runs\/\d+)$/
const OWN_BLOCK =
  /^(?:<details(?: open)?><summary>(?:[^<>]|<code>[^<>]*<\/code>)+<\/summary>|<\/details>|<!-- plimsoll v=1 key=[\w.%-]* run=[\d.]+ head=[0-9a-f]{40} -->)\n?$/
const OWN_INLINE = /^(?:<br>|<sub>|<\/sub>)$/
/** What GitHub turns into something: mentions, references, bare commits. */
const LIVE = /@[\w-]|#\d|\bGH-\d|\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b/i

const around = (text: string, at: number): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 80))

const absent = (text: string, pattern: RegExp, breach: Breach, tell: Tell): void => {
  const at = text.search(pattern)
  if (at >= 0) tell(breach, around(text, at))
}

const sentinel = (i: number): string => `PLACEHOLDER${i}END`

/** Comments or summaries, judged by what cmark-gfm, GitHub's own reader, makes of them. */
export const judgeMarkdown = (documents: readonly string[], tell: Tell): void => {
  for (const text of documents) {
    absent(text, HIDDEN, 'characters that do not show', tell)
    const [first = '', ...rest] = text.split('\n')
    const body = markerOf(text) ? rest : [first, ...rest]
    for (const line of body)
      if (line.includes('<!--') || markerOf(line)) tell('forged markers', line.slice(0, 200))
    for (const row of brokenRows(text)) tell('broken rows', row.slice(0, 300))
  }
  const all = documents
    .map((text, i) => `${text.replace(/^<!-- plimsoll[^\n]*\n/, '')}\n\n${sentinel(i)}\n`)
    .join('\n')
  const xml = execFileSync(
    'cmark-gfm',
    [
      ...['table', 'autolink', 'strikethrough', 'tasklist'].flatMap(name => ['-e', name]),
      '--unsafe',
      '-t',
      'xml',
    ],
    { input: all, encoding: 'utf8', maxBuffer: 1 << 30 },
  )
  let words = ''
  for (const [, type, attributes = '', raw = ''] of xml.matchAll(NODE)) {
    const text = decode(raw)
    if (type === 'image') tell('images', around(text, 0))
    if (type === 'link' && !OWN_LINK.test(decode(/destination="([^"]*)"/.exec(attributes)?.[1] ?? '')))
      tell('links', attributes)
    if (type === 'html_block' && !OWN_BLOCK.test(text)) tell('HTML', text.slice(0, 200))
    if (type === 'html_inline' && !OWN_INLINE.test(text)) tell('HTML', text.slice(0, 200))
    // a mention in code is none on GitHub, and one in the mail of whoever answers
    if (type === 'code' || type === 'code_block' || type === 'html_block')
      absent(text, /@[\w-]|#\d|\bGH-\d/i, 'mentions', tell)
    words += type === 'text' ? text : type === 'strong' || type === 'link' ? '' : ' \n '
  }
  absent(words, LIVE, 'mentions', tell)
  for (const [i] of documents.entries())
    if (!words.includes(sentinel(i))) tell('HTML', `document ${i} swallowed its end`)
  for (const [table] of xml.matchAll(/<table[ >][\s\S]*?<\/table>/g)) {
    const counts = [...table.matchAll(/<table_(?:header|row)>[\s\S]*?<\/table_(?:header|row)>/g)].map(
      ([row]) => row.split('<table_cell').length,
    )
    if (counts.some(count => count !== counts[0])) tell('broken rows', counts.join())
  }
}

const NODE = /<(\w+)((?:\s+[\w:]+="[^"]*")*)\s*(?:\/>|>([^<]*))/g
const decode = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

/** Tags with the names of their attributes, in order, and the data that is JSON. */
export const skeletonOf = (html: string): string =>
  [...html.matchAll(/<!--|<!?\/?[a-zA-Z][^\s/>]*(?:"[^"]*"|'[^']*'|[^>"'])*>/g)]
    .map(([tag]) => tag.replace(/"[^"]*"|'[^']*'/g, '""'))
    .join('\n')

/** The page has the tags that it has for a harmless string: text became text. A backtick may begin and end code in a sentence. */
export const judgeHtml = (html: string, harmless: string, tell: Tell): void => {
  const [own, wanted] = [skeletonOf(withoutProgram(html)), skeletonOf(withoutProgram(harmless))]
  if (own !== wanted) {
    const [lines, others] = [own.split('\n'), wanted.split('\n')]
    const at = lines.findIndex((line, i) => line !== others[i])
    tell('HTML', `${lines[at]} where there is ${others[at]}`)
  }
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? ''
  try {
    JSON.parse(data)
  } catch {
    tell('HTML', `the page's data is no JSON: ${data.slice(0, 200)}`)
  }
  absent(
    html.replace(data, '').replace(/<(script|style)>[\s\S]*?<\/\1>/g, ''),
    HIDDEN,
    'characters that do not show',
    tell,
  )
}

const withoutProgram = (html: string): string =>
  html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '<$1></$1>').replace(/<\/?code>/g, '')

/** Messages are words: no link, no placeholder, no Markdown; places are paths inside the repository. */
export const judgeSarif = (json: string, tell: Tell): void => {
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (key === 'text' && /(?<!\\)\[[^\]]*(?<!\\)\]\(/.test(value)) tell('links', value.slice(0, 200))
      if (key === 'text' && /\{\d/.test(value)) tell('outputs', value.slice(0, 200))
      if (
        key === 'uri' &&
        (/^(?:[a-z][a-z0-9+.-]*:|\/)|(?:^|\/)\.\.(?:\/|$)/i.test(value) || !/^[\w.%~/!*'()-]+$/.test(value))
      )
        tell('links', value.slice(0, 200))
      absent(value, HIDDEN, 'characters that do not show', tell)
    } else if (Array.isArray(value)) for (const item of value) visit(item, key)
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) {
        // a rule's help is of our own words alone
        if (name === 'markdown' && key !== 'help') tell('HTML', 'a message in Markdown')
        visit(item, name)
      }
  }
  visit(JSON.parse(json), '')
}

/** A terminal gets our own colours and line ends, and no other control. */
export const judgeTerminal = (text: string, tell: Tell): void =>
  absent(text.replace(/\u001b\[\d{1,2}m/g, ''), HIDDEN, 'characters that do not show', tell)

/** Only these commands, with these properties. */
export const judgeCommands = (
  commands: readonly RunnerCommand[],
  allowed: Readonly<Record<string, readonly string[]>>,
  tell: Tell,
): void => {
  for (const { form, name, properties, data } of commands) {
    const known = allowed[name]
    const isOwn =
      form === '::' && known !== undefined && Object.keys(properties).every(key => known.includes(key))
    if (!isOwn) tell('runner commands', `${form}${name} ${JSON.stringify(properties)} ${data.slice(0, 100)}`)
    absent(data.replaceAll('\n', ' '), HIDDEN, 'characters that do not show', tell)
  }
}

/** The file of outputs has these names, and values that a shell takes for plain text. */
export const judgeOutputs = (file: string, names: readonly string[], tell: Tell): void => {
  try {
    const outputs = readOutputFile(file)
    if ([...outputs.keys()].sort().join() !== [...names].sort().join())
      tell('outputs', [...outputs.keys()].join())
    for (const [name, value] of outputs)
      if (!/^[\x20-\x7e]*$/.test(value)) tell('outputs', `${name}: ${value.slice(0, 100)}`)
  } catch (error) {
    tell('outputs', String(error))
  }
}
