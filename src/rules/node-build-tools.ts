import { claimAreas, fromEnv, inCaches, inHomes } from './match.ts'
import type { Rule } from './rule.ts'

/** `<version>/include/node/…`, `<version>/<arch>/node.lib`, `<version>/installVersion`. */
const HEADERS = /^v?\d+\.\d+\.\d+[^/]*\/(include\/|installVersion$|lib\/|x64\/|arm64\/|ia32\/|node\.lib$)/

export const nodeBuildTools: Rule = {
  id: 'node-build-tools',
  category: 'build-tool',
  title: 'Build tools of Node add-ons',
  why: 'Headers that node-gyp fetches, and tools that compile; a compiled add-on or bundle does not read them.',
  fix: 'Run `npm ci` in a build stage and `COPY --from` its `node_modules`, or end the same `RUN` with `rm -rf ~/.cache/node-gyp`.',
  matchPackage: ({ name }) =>
    /^(node-gyp|gyp|node-typescript|webpack|node-webpack|esbuild|node-rollup|rollup|node-babel7|emscripten)$/.test(
      name,
    )
      ? { role: 'build' }
      : null,
  matchFile: image =>
    claimAreas(
      image,
      [
        ...inCaches(image, 'node-gyp'),
        ...inHomes(image, '.node-gyp'),
        ...inHomes(image, '.electron-gyp'),
        ...fromEnv(image, ['npm_config_devdir', 'NPM_CONFIG_DEVDIR']),
      ].map(root => ({ root, holds: HEADERS })),
    ),
  examples: {
    finds: [
      {
        path: '/root/.cache/node-gyp/22.11.0/include/node/v8.h',
        subject: '/root/.cache/node-gyp',
        certainty: 'leftover',
      },
      { path: '/root/.node-gyp/8.17.0/include/node/node.h', subject: '/root/.node-gyp' },
      { path: '/tmp/gyp/22.11.0/installVersion', env: { npm_config_devdir: '/tmp/gyp' } },
      { package: { name: 'node-typescript', section: 'javascript' } },
      // Debian's npm needs it
      {
        package: { name: 'node-gyp', section: 'javascript', requested: false },
        packages: [{ name: 'npm', depends: [['node-gyp']] }],
        certainty: 'hint',
      },
    ],
    ignores: [
      { path: '/usr/local/lib/node_modules/npm/node_modules/node-gyp/lib/build.js' },
      { path: '/app/node_modules/node-gyp/bin/node-gyp.js' },
      { path: '/root/.cache/node-gyp/notes.txt' },
      { package: { name: 'nodejs', section: 'javascript' } },
      { package: { name: 'node-debug', section: 'javascript' } },
    ],
  },
}
