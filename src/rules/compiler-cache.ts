import { claimAreas, fromEnv, inCaches, inHomes } from './match.ts'
import type { Rule } from './rule.ts'

export const compilerCache: Rule = {
  id: 'compiler-cache',
  category: 'package-cache',
  title: 'Caches of ccache, sccache and Bazel',
  why: 'Objects that the next compilation would reuse; programs do not read them.',
  fix: 'Mount a cache: `RUN --mount=type=cache,target=/root/.cache/ccache make`.',
  matchFile: image =>
    claimAreas(image, [
      ...[...inHomes(image, '.ccache'), ...inCaches(image, 'ccache'), ...fromEnv(image, ['CCACHE_DIR'])].map(
        root => ({
          root,
          holds: /^[0-9a-f](\/|$)|^(tmp|lock)\/|^(CACHEDIR\.TAG|stats|ccache\.conf)$/,
        }),
      ),
      ...[...inCaches(image, 'sccache'), ...fromEnv(image, ['SCCACHE_DIR'])].map(root => ({
        root,
        holds: /^[0-9a-f]\/|^(preprocessor)\//,
      })),
      ...inCaches(image, 'bazel').map(root => ({ root, holds: /^_bazel_[^/]+\/(cache|install)\// })),
    ]),
  examples: {
    finds: [
      { path: '/root/.cache/ccache/0/a/1b2cR', subject: '/root/.cache/ccache', certainty: 'leftover' },
      { path: '/root/.ccache/f/stats', subject: '/root/.ccache' },
      { path: '/sccache/0/a/0a1b', env: { SCCACHE_DIR: '/sccache' } },
    ],
    ignores: [
      { path: '/data/app.db', env: { CCACHE_DIR: '/data' } },
      { path: '/root/.cache/ccache-notes/x' },
      { path: '/usr/lib/ccache/gcc' },
      { path: '/root/.cache/bazel/_bazel_root/0a1b/execroot/main/bazel-out/bin/server' },
    ],
  },
}
