import { join } from './join.ts'
import { claimAreas, fromEnv, inHomes } from './match.ts'
import type { Rule } from './rule.ts'

export const bunCache: Rule = {
  id: 'bun-cache',
  category: 'package-cache',
  title: 'Bun cache',
  why: 'Packages that `node_modules` holds already. Files that it shares with the cache by hard links are not counted.',
  fix: 'Mount a cache: `RUN --mount=type=cache,target=/root/.bun/install/cache bun install --production`.',
  matchFile: image =>
    // a project without node_modules runs from the cache (Bun's auto-install)
    image.named('node_modules').length === 0
      ? null
      : claimAreas(
          image,
          [
            ...inHomes(image, '.bun/install/cache'),
            ...fromEnv(image, ['BUN_INSTALL']).map(root => join(root, 'install/cache')),
            ...fromEnv(image, ['BUN_INSTALL_CACHE_DIR']),
          ].map(root => ({ root, holds: /@|^[^/]+\.npm$/ })),
        ),
  examples: {
    finds: [
      {
        path: '/root/.bun/install/cache/left-pad@1.3.0@@@1/index.js',
        beside: ['/app/node_modules/left-pad/package.json'],
        subject: '/root/.bun/install/cache',
        certainty: 'leftover',
      },
      {
        path: '/cache/left-pad@1.3.0@@@1/index.js',
        beside: ['/app/node_modules/left-pad/package.json'],
        env: { BUN_INSTALL_CACHE_DIR: '/cache' },
      },
    ],
    ignores: [
      { path: '/root/.bun/install/cache/left-pad@1.3.0@@@1/index.js' },
      { path: '/root/.bun/bin/bun', beside: ['/app/node_modules/x'] },
      { path: '/root/.bun/install/global/node_modules/x/index.js' },
      {
        path: '/cache/app.db',
        beside: ['/app/node_modules/x'],
        env: { BUN_INSTALL_CACHE_DIR: '/cache' },
      },
    ],
  },
}
