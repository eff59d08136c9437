import { claimAreas, commandRuns, fromEnv, inHomes } from './match.ts'
import type { Rule } from './rule.ts'

const ALWAYS = /^(_cacache|_logs)\/|^_update-notifier-last-checked$/
/** `npx` keeps the programs that it fetched in `_npx` and runs them from there. */
const WITH_NPX = /^(_cacache|_logs|_npx)\/|^_update-notifier-last-checked$/

export const npmCache: Rule = {
  id: 'npm-cache',
  category: 'package-cache',
  title: 'npm cache',
  why: 'Downloads of packages that `node_modules` holds already.',
  fix: 'Mount a cache: `RUN --mount=type=cache,target=/root/.npm npm ci`, or end the same `RUN` with `npm cache clean --force`.',
  matchFile: image => {
    const holds = commandRuns(image, 'npx') ? ALWAYS : WITH_NPX
    const roots = [...inHomes(image, '.npm'), ...fromEnv(image, ['npm_config_cache', 'NPM_CONFIG_CACHE'])]
    return claimAreas(
      image,
      roots.map(root => ({ root, holds })),
    )
  },
  examples: {
    finds: [
      {
        path: '/root/.npm/_cacache/content-v2/sha512/ab/cd/ef',
        subject: '/root/.npm',
        certainty: 'leftover',
      },
      { path: '/root/.npm/_npx/0a1b/node_modules/x/index.js' },
      {
        path: '/tmp/npm/_cacache/index-v5/ab/cd',
        env: { NPM_CONFIG_CACHE: '/tmp/npm/' },
        subject: '/tmp/npm',
      },
    ],
    ignores: [
      { path: '/root/.npm/_npx/0a1b/node_modules/serve/index.js', command: ['npx', 'serve'] },
      { path: '/root/.npmrc' },
      { path: '/app/node_modules/npm/lib/npm.js' },
      { path: '/usr/local/lib/node_modules/npm/lib/utils/_cacache/x.js' },
    ],
  },
}
