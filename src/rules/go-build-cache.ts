import { claimAreas, commandRuns, fromEnv, inCaches } from './match.ts'
import type { Rule } from './rule.ts'

const GO = /^[0-9a-f]{2}\/|^fuzz\/|^(README|trim\.txt|testexpire\.txt)$/

export const goBuildCache: Rule = {
  id: 'go-build-cache',
  category: 'package-cache',
  title: 'Go build cache',
  why: 'Compiled packages that the next `go build` would reuse; the program does not read them.',
  fix: 'Build in its own stage, or mount a cache: `RUN --mount=type=cache,target=/root/.cache/go-build go build`.',
  matchFile: image =>
    claimAreas(
      image,
      [...inCaches(image, 'go-build'), ...fromEnv(image, ['GOCACHE'])].map(root => ({ root, holds: GO })),
    ),
  wanted: image => commandRuns(image, 'go'),
  examples: {
    finds: [
      { path: '/root/.cache/go-build/0a/0a1b2c-d', subject: '/root/.cache/go-build', certainty: 'leftover' },
      { path: '/gocache/ff/ff00-a', env: { GOCACHE: '/gocache' }, subject: '/gocache' },
      { path: '/root/.cache/go-build/0a/0a1b2c-d', command: ['go', 'run', '.'], certainty: 'hint' },
    ],
    ignores: [
      { path: '/data/app.db', env: { GOCACHE: '/data' } },
      { path: '/root/.cache/other/0a/x' },
      { path: '/0a/x', env: { GOCACHE: '/' } },
      { path: '/off/0a/x', env: { GOCACHE: 'off' } },
    ],
  },
}
