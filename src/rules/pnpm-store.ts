import { join } from './join.ts'
import { type Area, claimAreas, fromEnv, inCaches, inHomes } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** `links/` is what `enableGlobalVirtualStore` runs programs from: left alone. */
const STORE = /^v\d+\/(files|index|tmp|projects)\/|^v\d+\/(index|metadata)[^/]*\.db[^/]*$/

const stores = (image: RuleImage): Area[] => {
  const named = image
    .named('.modules.yaml')
    .flatMap(path => image.bodies(path))
    .flatMap(
      body =>
        /["']?storeDir["']?:\s*["']?(\/[^\s"',]+?)(?:\/v\d+)?["']?,?\s*$/m.exec(body.toString('utf8'))?.[1] ??
        [],
    )
  return [
    ...inHomes(image, '.local/share/pnpm/store'),
    ...inHomes(image, '.pnpm-store'),
    '/.pnpm-store',
    ...fromEnv(image, ['PNPM_HOME']).map(home => join(home, 'store')),
    ...fromEnv(image, ['XDG_DATA_HOME']).map(home => join(home, 'pnpm/store')),
    ...fromEnv(image, ['npm_config_store_dir', 'NPM_CONFIG_STORE_DIR', 'PNPM_STORE_DIR']),
    ...new Set(named),
  ].map(root => ({ root, holds: STORE }))
}

export const pnpmStore: Rule = {
  id: 'pnpm-store',
  category: 'package-cache',
  title: 'pnpm store',
  why: 'Packages that `node_modules` holds already. Files that it shares with the store by hard links are not counted.',
  fix: 'Mount a cache on the store: `RUN --mount=type=cache,id=pnpm,target=/pnpm/store pnpm install --prod --frozen-lockfile`.',
  matchFile: image =>
    claimAreas(image, [
      ...stores(image),
      ...inCaches(image, 'pnpm').map(root => ({ root, holds: /^(metadata|v\d+)[^/]*\// })),
    ]),
  examples: {
    finds: [
      {
        path: '/root/.local/share/pnpm/store/v10/files/0a/1b2c',
        subject: '/root/.local/share/pnpm/store',
        certainty: 'leftover',
      },
      { path: '/pnpm/store/v3/files/0a/1b2c', env: { PNPM_HOME: '/pnpm' }, subject: '/pnpm/store' },
      {
        path: '/data/store/v10/files/0a/1b',
        beside: ['/app/node_modules/.modules.yaml'],
        bodies: {
          '/app/node_modules/.modules.yaml': 'included:\n  dependencies: true\nstoreDir: /data/store/v10\n',
        },
        subject: '/data/store',
      },
      {
        path: '/root/.cache/pnpm/metadata-v1.3/registry.example/left-pad.json',
        subject: '/root/.cache/pnpm',
      },
    ],
    ignores: [
      { path: '/root/.local/share/pnpm/store/v10/links/left-pad/1.3.0/x/node_modules/left-pad/index.js' },
      { path: '/root/.local/share/pnpm/global/5/node_modules/x/index.js' },
      { path: '/app/node_modules/.pnpm/left-pad@1.3.0/node_modules/left-pad/index.js' },
      { path: '/root/.cache/pnpm/dlx/0a/node_modules/x/index.js' },
    ],
  },
}
