import { isSystemOwned } from './match.ts'
import type { Rule } from './rule.ts'

const PYTHON = /^(.*\/(?:site|dist)-packages)\/[^/]+\/(?:.+\/)?tests?\//
const NODE =
  /^(.*?\/node_modules)\/.+(?:\/(?:tests?|__tests__|fixtures)\/|\.map$|\.d\.[cm]?ts$|\.tsbuildinfo$)/
/** Tried first: it fails faster. */
const NODE_ENDING = /\/(?:tests?|__tests__|fixtures)\/|\.(?:map|[cm]?ts|tsbuildinfo)$/

const rootOf = (path: string): string | undefined => {
  if (path.includes('/node_modules/')) return NODE_ENDING.test(path) ? NODE.exec(path)?.[1] : undefined
  return path.includes('-packages/') ? PYTHON.exec(path)?.[1] : undefined
}

export const testFiles: Rule = {
  id: 'test-files',
  category: 'docs',
  title: "Libraries' own tests and type files",
  why: 'They came with the libraries and are seldom read. Deleting them by hand breaks what records them, and some are imported.',
  fix: 'Leave them, or bundle the program: `esbuild --bundle`, `ncc`, `next build` with `output: standalone` take only what is imported.',
  matchFile:
    () =>
    ({ path, owner }) => {
      if (isSystemOwned(owner)) return null
      const root = rootOf(path)
      return root === undefined ? null : { subject: root, certainty: 'hint' }
    },
  examples: {
    finds: [
      {
        path: '/usr/local/lib/python3.12/site-packages/numpy/core/tests/data/x.csv',
        subject: '/usr/local/lib/python3.12/site-packages',
        certainty: 'hint',
      },
      {
        path: '/app/node_modules/rxjs/dist/types/index.d.ts',
        subject: '/app/node_modules',
        certainty: 'hint',
      },
      { path: '/app/node_modules/x/lib/index.js.map', certainty: 'hint' },
    ],
    ignores: [
      { path: '/app/tests/test_app.py' },
      { path: '/usr/local/lib/python3.12/site-packages/numpy/testing/__init__.py' },
      { path: '/app/node_modules/x/lib/index.js' },
      { path: '/app/public/main.js.map' },
    ],
  },
}
