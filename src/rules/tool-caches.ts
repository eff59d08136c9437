import { claimAreas, type FileMatcher, inCaches, isSystemOwned } from './match.ts'
import type { Rule } from './rule.ts'

/** Caches that tools keep inside a project, by the directory's name. */
const IN_PROJECT =
  /^(.*?\/(?:\.pytest_cache|\.mypy_cache|\.ruff_cache|\.hypothesis|\.tox|\.nox|\.parcel-cache|\.turbo\/cache|\.angular\/cache|\.next\/cache\/(?:webpack|swc|eslint|turbopack|\.tsbuildinfo)|\.nyc_output|\.ipynb_checkpoints|\.gradle\/(?=[\d.]+\/|buildOutputCleanup\/|vcs-1\/)|node_modules\/\.cache|node_modules\/\.vite))(?:\/|(?<=\/))/
/** Programs that some tools download into `node_modules/.cache`. */
const DOWNLOADED =
  /\/node_modules\/\.cache\/(puppeteer|ms-playwright|Cypress|prisma|mongodb-binaries|chromium)\//
const FILE = /^(.*)\/\.eslintcache$|^(.*)\/\.stylelintcache$|^(.*)\/[^/]+\.tsbuildinfo$/

const inProject: FileMatcher = ({ path, owner }) => {
  if (isSystemOwned(owner) || !(path.includes('/.') || path.endsWith('.tsbuildinfo'))) return null
  if (DOWNLOADED.test(path)) return null
  const directory = IN_PROJECT.exec(path)?.[1]
  if (directory !== undefined) return { subject: directory.replace(/\/$/, '') }
  return FILE.test(path) && !/\/node_modules\//.test(path) ? { subject: path } : null
}

export const toolCaches: Rule = {
  id: 'tool-caches',
  category: 'package-cache',
  title: 'Caches of linters, testers and bundlers',
  why: 'A tool that checks or bundles the source kept them for its next run.',
  fix: 'Build and test in a stage of their own, and name these folders in `.dockerignore`.',
  matchFile: image => {
    const areas = claimAreas(
      image,
      [
        'pre-commit',
        'ruff',
        'mypy',
        'black',
        'jedi',
        'Jedi',
        'pylint',
        'isort',
        'phpstan',
        'golangci-lint',
        'typescript',
      ].flatMap(name => inCaches(image, name).map(root => ({ root }))),
    )
    return areas ? file => areas(file) ?? inProject(file) : inProject
  },
  examples: {
    finds: [
      { path: '/app/.pytest_cache/v/cache/lastfailed', subject: '/app/.pytest_cache', certainty: 'leftover' },
      { path: '/app/.mypy_cache/3.12/flask/app.data.json', subject: '/app/.mypy_cache' },
      { path: '/app/.next/cache/webpack/client-production/0.pack', subject: '/app/.next/cache/webpack' },
      { path: '/app/node_modules/.cache/babel-loader/0a.json', subject: '/app/node_modules/.cache' },
      { path: '/app/node_modules/.vite/deps/react.js', subject: '/app/node_modules/.vite' },
      { path: '/app/.gradle/8.10/executionHistory/executionHistory.bin', subject: '/app/.gradle' },
      { path: '/app/.eslintcache', subject: '/app/.eslintcache' },
      { path: '/root/.cache/pre-commit/db.db', subject: '/root/.cache/pre-commit' },
    ],
    ignores: [
      // Next.js reads these two when it runs
      { path: '/app/.next/cache/fetch-cache/0a1b' },
      { path: '/app/.next/cache/images/0a/x.webp' },
      { path: '/app/.next/server/app/page.js' },
      { path: '/app/node_modules/.cache/puppeteer/chrome/linux-1/chrome' },
      { path: '/app/node_modules/.prisma/client/index.js' },
      { path: '/root/.cache/huggingface/hub/x' },
      { path: '/app/cache/views/a.php' },
    ],
  },
}
