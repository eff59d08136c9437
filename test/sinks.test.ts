/** Nothing but the escaping modules makes data fit for a sink, and nothing but a few files writes to one. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { importsOf, withoutComments } from './support/imports.ts'

const root = join(import.meta.dirname, '..', 'src')
const sources = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .sort()
    .map(path => [path, readFileSync(join(root, path), 'utf8')]),
)
const ESCAPE = 'render/escape/'

/** The escaping modules that a file of `src` imports, by name. */
const escapesOf = (file: string): string[] =>
  importsOf(sources.get(file)!)
    .map(({ specifier }) => new URL(specifier, `file:///${file}`).pathname.slice(1))
    .filter(path => path.startsWith(ESCAPE))
    .map(path => path.slice(ESCAPE.length, -'.ts'.length))

const filesWith = (pattern: RegExp): string[] =>
  [...sources].flatMap(([file, source]) => (pattern.test(withoutComments(source)) ? [file] : []))

/** Each renderer has one sink, and takes that sink's module; `visible` and `cut` change no syntax. */
const SINKS: readonly (readonly [files: RegExp, modules: readonly string[]])[] = [
  [
    /^render\/(?:comment|summary|markdown-report|images-comment|suggestions)\.ts$|^render\/markdown\//,
    ['markdown'],
  ],
  [/^render\/html\.ts$|^render\/html\//, ['html', 'script-json']],
  [/^render\/sarif\.ts$|^render\/sarif\//, ['sarif']],
  [/^render\/(?:terminal|fix|rules-page)\.ts$|^render\/terminal\//, ['terminal']],
  [/^render\/annotations\.ts$|^action(?:-[\w-]+)?\.ts$/, ['workflow-command']],
  // what is the same for all sinks escapes nothing: the sink's own words are given to it
  [/^render\/model\/|^render\/(?:context|json)\.ts$/, []],
]

test('every renderer imports the escaping of its own sink, and no other', () => {
  for (const file of sources.keys()) {
    if (file.startsWith(ESCAPE)) continue
    const modules = escapesOf(file).filter(name => name !== 'visible')
    const rows = SINKS.filter(([files]) => files.test(file))
    if (modules.length > 0 || (file.startsWith('render/') && !/types\.ts$/.test(file)))
      assert.ok(rows.length > 0, `src/${file}: say in test/sinks.test.ts which sink it is for`)
    const allowed = rows.flatMap(([, names]) => names)
    for (const name of modules) assert.ok(allowed.includes(name), `src/${file} takes the escaping of ${name}`)
  }
})

test('an escaping module stands alone: it knows what does not show, and nothing else', () => {
  for (const [file, source] of sources)
    if (file.startsWith(ESCAPE))
      assert.deepEqual(
        importsOf(source).filter(({ specifier }) => specifier !== './visible.ts'),
        [],
        file,
      )
})

test('nothing else writes entities, backslashes before Markdown, or the runner’s escapes', () => {
  const escapes = /['"`]&(?:amp|lt|gt|quot|#\d+);|'%0[AD]'|'%25'|'\\\\\$&'|replaceAll\('[&<>|`]'|\\u200b/
  const own = filesWith(escapes).filter(file => !file.startsWith(ESCAPE))
  // keys of a marker, commands and names of paths: no text that a person reads
  const known = ['report/marker.ts']
  assert.deepEqual(
    own
      .filter(file => file.startsWith('render/') || file.startsWith('github/'))
      .filter(file => !known.includes(file)),
    [],
  )
})

test('the runner’s log and files, and a terminal, are written to by these files alone', () => {
  const toolkit = [...sources].flatMap(([file, source]) =>
    importsOf(source).some(({ specifier }) => specifier === '@actions/core') ? [file] : [],
  )
  for (const file of toolkit)
    assert.match(file, /^action(?:-[\w-]+)?\.ts$|^github\/write-(?:annotations|outputs)\.ts$/, file)
  assert.deepEqual(filesWith(/\bprocess\.std(?:out|err)\b/), ['cli.ts'])
  assert.deepEqual(filesWith(/\bconsole\./), [])
  assert.deepEqual(filesWith(/\bappendFile(?:Sync)?\(/), ['github/write-summary.ts'])
  assert.deepEqual(filesWith(/GITHUB_(?:ENV|PATH|STATE)\b/), ['build/child-environment.ts'])
})

test('data in the action’s own log lines goes through the escaping of commands', () => {
  for (const [file, source] of sources) {
    if (!/^action(?:-[\w-]+)?\.ts$/.test(file)) continue
    for (const [call, words = ''] of withoutComments(source).matchAll(
      /\bcore\.(?:info|notice|warning|error|setFailed)\)?\(([\s\S]*?)\)\n/g,
    )) {
      const isPlain = /^\s*'[^']*',?\s*$/.test(words)
      const holds = [...words.matchAll(/\$\{([^}]*)\}/g)].map(([, data]) => data!)
      const areOwn = holds.length > 0 && holds.every(data => OWN_WORDS.test(data))
      assert.ok(
        isPlain || areOwn || words.includes('annotationText(') || words === 'text',
        `src/${file}: ${call}`,
      )
    }
  }
})

/** Numbers, names of outputs and verdicts: words of our own. */
const OWN_WORDS =
  /^(?:withheld\.join|formatDelta|formatBytes|outcome\.comments|review\.verdict|annotationText\()/
