/**
 * `npm run page`: page/ (program and style of report.html) and d3-hierarchy to src/render/html/page.generated.json.
 * `npm run page -- --check`: an error where that file is not what page/ makes.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'

const root = dirname(import.meta.dirname)
const target = join(root, 'src', 'render', 'html', 'page.generated.json')
const library = join(root, 'node_modules', 'd3-hierarchy')

const IMPORT = /^import\s[^;]*?from\s+'([^']+)';?\n|^import\s+'([^']+)';?\n/gm

/** The modules that `entry` needs and itself, each once, what is imported first. */
const inOrder = (entry: string, seen = new Set<string>()): string[] => {
  if (seen.has(entry)) return []
  seen.add(entry)
  const needs = [...readFileSync(entry, 'utf8').matchAll(IMPORT)].map(match => match[1] ?? match[2]!)
  return [...needs.flatMap(need => inOrder(join(dirname(entry), need), seen)), entry]
}

/** One module's code for a scope that all share. */
const shared = (path: string): string =>
  readFileSync(path, 'utf8')
    .replace(IMPORT, '')
    .replace(/^export \{\};?\n/gm, '')
    .replace(/^export (?=const|let|function|class)/gm, '')
    .trim()

const program = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-page-'))
  try {
    const tsc = join(root, 'node_modules', '.bin', 'tsc')
    const emit = ['--noEmit', 'false', '--allowImportingTsExtensions', 'false', '--removeComments', 'true']
    execFileSync(tsc, ['-p', 'page/tsconfig.json', ...emit, '--outDir', folder], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    return inOrder(join(folder, 'page', 'main.js'))
      .map(shared)
      .join('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const notice = (): string => {
  const { version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as { version: string }
  const licence = readFileSync(join(library, 'LICENSE'), 'utf8').trim()
  return `/*! d3-hierarchy ${version}\n\n${licence}\n*/`
}

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

const script = [
  notice(),
  readFileSync(join(library, 'dist', 'd3-hierarchy.min.js'), 'utf8').trim(),
  `(() => {\n"use strict";\n${program()}\n})();`,
].join('\n')
// a name that two modules share, or an import that stayed, is no program
new Script(script)
if (/<\/script|<!--|\bimport\s/i.test(script)) throw new Error('the program cannot stand in a script element')

const style = readFileSync(join(root, 'page', 'style.css'), 'utf8')
  .replace(/\s*\n\s*/g, ' ')
  .trim()
const text = `${JSON.stringify({ script, scriptHash: hash(script), style, styleHash: hash(style) }, null, 2)}\n`

if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') === text) console.log('the page is what page/ makes')
else {
  console.error(
    'src/render/html/page.generated.json is not what page/ makes. Run `npm run page` and commit it.',
  )
  process.exitCode = 1
}
