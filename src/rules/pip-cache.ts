import { claimAreas, fromEnv, inCaches } from './match.ts'
import type { Rule } from './rule.ts'

/**
 * pip's own folders: a variable may point at a directory that holds more than pip's. Without `selfcheck`, the note of
 * when pip last looked for a newer pip, which building a wheel leaves even with `--no-cache-dir` (measured).
 */
const PIP = /^(http|http-v2|wheels)\//

export const pipCache: Rule = {
  id: 'pip-cache',
  category: 'package-cache',
  title: 'pip cache',
  why: 'Downloads and wheels of Python packages that are installed already.',
  fix: 'Install with `pip install --no-cache-dir`, or mount a cache: `RUN --mount=type=cache,target=/root/.cache/pip`.',
  matchFile: image =>
    claimAreas(
      image,
      [...inCaches(image, 'pip'), ...fromEnv(image, ['PIP_CACHE_DIR'])].map(root => ({ root, holds: PIP })),
    ),
  examples: {
    finds: [
      {
        path: '/root/.cache/pip/http-v2/a/b/c/d/e/abcde.body',
        subject: '/root/.cache/pip',
        certainty: 'leftover',
      },
      { path: '/home/app/.cache/pip/wheels/ab/x.whl', homes: ['/root', '/home/app'] },
      { path: '/cache/http/a/b', env: { PIP_CACHE_DIR: '/cache' }, subject: '/cache' },
      { path: '/xdg/pip/wheels/ab/x.whl', env: { XDG_CACHE_HOME: '/xdg' } },
    ],
    ignores: [
      { path: '/root/.cache/pip/selfcheck/0a1b' },
      { path: '/root/.cache/uv/wheels-v1/x' },
      { path: '/cache/models/a.bin', env: { PIP_CACHE_DIR: '/cache' } },
      { path: '/usr/local/lib/python3.12/site-packages/pip/_vendor/cachecontrol/cache.py' },
      { path: '/usr/local/lib/python3.12/ensurepip/_bundled/pip-24.0-py3-none-any.whl' },
      { path: '/app/.cache/pip/http/x' },
    ],
  },
}
