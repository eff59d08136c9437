/**
 * `npm run build`: src/ to build/ by tsc, build/ to dist/ by ncc, one folder for each entry.
 * `npm run check-dist`: the same into a temporary folder, and an error for every byte that differs.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const entries = { action: 'index.js', cli: 'cli.js' } as const

/** What dockerode names beside its code and only a BuildKit session of its own would open (docs/decisions/0003). */
const unused = ['auth.proto', 'buildkit_status.proto']
const expected = /^(index\.js|licenses\.txt|\d+\.index\.js)$/

const run = (program: string, ...args: string[]): void => {
  execFileSync(join(root, 'node_modules', '.bin', program), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** Bundles one entry into `folder`; an error names a file that nobody expected. */
const bundle = (entry: string, folder: string): void => {
  run(
    'ncc',
    'build',
    join('build', entry),
    '-o',
    folder,
    '--license',
    'licenses.txt',
    '--no-cache',
    '--quiet',
  )
  for (const name of unused) rmSync(join(folder, name), { force: true })
  for (const name of readdirSync(folder)) {
    if (!expected.test(name))
      throw new Error(`ncc wrote ${name}: say in scripts/build-dist.ts whether it is needed`)
    if (readFileSync(join(folder, name)).includes(`${root}/`))
      throw new Error(`${name} holds the path of this checkout`)
  }
}

/** Compiles and bundles everything into `dist`. */
const build = (dist: string): void => {
  rmSync(join(root, 'build'), { recursive: true, force: true })
  run('tsc', '-p', 'tsconfig.build.json')
  for (const [name, entry] of Object.entries(entries)) bundle(entry, join(dist, name))
  chmodSync(join(dist, 'cli', 'index.js'), 0o755)
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))

/** The names of the files that are not the same in both folders. */
const differences = (left: string, right: string): string[] =>
  [...new Set([...filesIn(left), ...filesIn(right)])].sort().filter(name => {
    try {
      return !readFileSync(join(left, name)).equals(readFileSync(join(right, name)))
    } catch {
      return true
    }
  })

const fresh = mkdtempSync(join(tmpdir(), 'plimsoll-dist-'))
try {
  build(fresh)
  const dist = join(root, 'dist')
  if (process.argv.includes('--check')) {
    const stale = differences(fresh, dist)
    if (stale.length > 0) {
      console.error(
        `dist/ is not what src/ builds: ${stale.join(', ')}. Run \`npm run build\` and commit dist/.`,
      )
      process.exitCode = 1
    } else console.log('dist/ is what src/ builds')
  } else {
    rmSync(dist, { recursive: true, force: true })
    cpSync(fresh, dist, { recursive: true })
  }
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
