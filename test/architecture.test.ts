/** Holds the code to the table in docs/architecture.md: what each part may import, and what nobody may do. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { breaches, type Part, withoutComments } from './support/imports.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const sources = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .sort()
    .map(path => [path, read(join('src', path))]),
)
const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name)

/** Plain text, numbers and lists, free for all. */
const COMMON = ['errors.ts', 'group-by.ts', 'limits.ts', 'path-parts.ts', 'units.ts']

const image: Part = { from: ['tar', 'tree', 'elf'], modules: ['node:*'], typeModules: ['dockerode'] }

const TABLE: Readonly<Record<string, Part>> = {
  tree: { pure: true, from: [] },
  packages: { pure: true, from: ['tree'] },
  rules: { pure: true, from: ['elf', 'packages', 'tree'] },
  elf: { pure: true, from: [] },
  hazards: { pure: true, from: ['elf', 'packages', 'tree'], types: ['image/image.ts', 'report/types.ts'] },
  dockerfile: {
    pure: true,
    from: [],
    types: ['image/image.ts', 'report/types.ts'],
    modules: ['dockerfile-ast'],
  },
  // hashing is arithmetic
  report: {
    pure: true,
    from: ['rules', 'hazards', 'packages', 'tree'],
    types: ['image/image.ts', 'dockerfile'],
    modules: ['node:crypto'],
  },
  // inflating is arithmetic
  fix: {
    pure: true,
    from: ['dockerfile', 'elf', 'hazards', 'packages', 'report', 'rules', 'tree'],
    types: ['image/image.ts'],
    modules: ['node:zlib'],
  },
  render: { pure: true, from: ['report'], types: ['rules/rule.ts', 'fix/outcome.ts', 'fix/suggest.ts'] },
  tar: { from: ['tree/path-bytes.ts'], modules: ['node:*'] },
  image,
  'image/engine.ts': { ...image, modules: ['node:*', 'dockerode'] },
  build: { from: ['image/ask-engine.ts'], modules: ['node:*'], typeModules: ['dockerode'] },
  github: {
    from: ['report/marker.ts'],
    types: ['report/types.ts'],
    modules: ['node:*', '@actions/core', '@actions/github'],
  },
}

const STORY = [
  'pipeline.ts',
  'prepare-builds.ts',
  'request-sides.ts',
  'build-sides.ts',
  'inspect.ts',
  'fix-image.ts',
  'fix-candidate.ts',
  'fix-build.ts',
]
const INPUT_FILES = ['options.ts', 'inputs.ts', 'arguments.ts', 'config-file.ts']

const missing = (file: string): never => assert.fail(`src/${file} is missing`)

/** The files whose code, comments aside, matches. */
const filesWith = (pattern: RegExp, files: Iterable<string> = sources.keys()): string[] =>
  [...files].filter(file => pattern.test(withoutComments(sources.get(file) ?? '')))

test('every folder of src has a row in the table, and every row a folder', () => {
  const rows = Object.keys(TABLE).filter(name => !name.endsWith('.ts'))
  assert.deepEqual(folders.sort(), rows.sort())
})

test('each part imports and uses only what the table allows', () => {
  const found = [...sources].flatMap(([file, source]) => breaches(file, source, TABLE, COMMON))
  assert.deepEqual(found, [])
})

test('what is free for all stands alone', () => {
  const table = Object.fromEntries(COMMON.map(file => [file, { pure: true, from: ['errors.ts'] } as const]))
  for (const file of COMMON) assert.deepEqual(breaches(file, sources.get(file)!, table, []), [])
})

test('the pipeline reads neither inputs nor environment', () => {
  const table: Record<string, Part> = {}
  const everything = {
    from: [...sources.keys()].filter(file => !INPUT_FILES.includes(file)),
    types: INPUT_FILES,
  }
  for (const file of STORY) table[file] = { ...everything, modules: ['node:*'], typeModules: ['dockerode'] }
  assert.deepEqual(
    STORY.flatMap(file => breaches(file, sources.get(file) ?? missing(file), table, [])),
    [],
  )
  assert.deepEqual(filesWith(/\bprocess\.(env|argv|std\w+|exit)/, STORY), [])
})

test('an entry contains no decision', () => {
  assert.ok(sources.has('index.ts'), 'src/index.ts is missing')
  assert.deepEqual(filesWith(/\b(if|switch|for|while|catch)\b| \? | \?\? | \|\| | && /, ['index.ts']), [])
})

test('names of inputs are read in options.ts alone', () => {
  const asks = /\bget(Multiline|Boolean)?Input\(|`INPUT_\$|\.INPUT_[A-Z]|\['INPUT_/
  assert.deepEqual(filesWith(asks), ['options.ts'])
})

test('nothing asks where its own file is: the bundle is one CommonJS file that may lie anywhere', () => {
  // the hash thread is sent its few lines as text, and asks for Node’s own modules there
  assert.deepEqual(filesWith(/\bimport\.meta\b|\b__dirname\b|\brequire\((?!'node:)/), [])
})

test('docs/architecture.md names every folder of src', () => {
  const text = read('docs/architecture.md')
  for (const name of folders) assert.ok(text.includes(`${name}/`), `${name}/ is not in docs/architecture.md`)
})

test('there are five runtime dependencies, and a decision about each', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
  const names = ['@actions/core', '@actions/github', 'dockerfile-ast', 'dockerode', 'yaml']
  assert.deepEqual(Object.keys(dependencies).sort(), names)
  const record = read('docs/decisions/0001-runtime-dependencies.md')
  for (const name of names) assert.ok(record.includes(`\`${name}\``), `no decision about ${name}`)
})
