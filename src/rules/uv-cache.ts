import { claimAreas, commandRuns, fromEnv, inCaches } from './match.ts'
import type { Rule } from './rule.ts'

const UV =
  /^(archive|wheels|built-wheels|simple|sdists|builds|flat-index|interpreter|git|environments|binaries|osv)-v\d+\/|^(\.lock|CACHEDIR\.TAG|\.gitignore)$/

export const uvCache: Rule = {
  id: 'uv-cache',
  category: 'package-cache',
  title: 'uv cache',
  why: 'Downloads of Python packages that are installed already. Files that an environment links to are not counted.',
  fix: 'Mount a cache: `RUN --mount=type=cache,target=/root/.cache/uv` with `UV_LINK_MODE=copy`, or set `UV_NO_CACHE=1`.',
  matchFile: image =>
    // symbolic links into the cache are what runs then
    image.env.get('UV_LINK_MODE') === 'symlink'
      ? null
      : claimAreas(
          image,
          [...inCaches(image, 'uv'), ...fromEnv(image, ['UV_CACHE_DIR'])].map(root => ({ root, holds: UV })),
        ),
  wanted: image => commandRuns(image, 'uv', 'uvx'),
  examples: {
    finds: [
      {
        path: '/root/.cache/uv/archive-v0/0a1b2c/flask/app.py',
        subject: '/root/.cache/uv',
        certainty: 'leftover',
      },
      { path: '/cache/wheels-v5/pypi/flask/x.msgpack', env: { UV_CACHE_DIR: '/cache' } },
      {
        path: '/root/.cache/uv/archive-v0/0a/flask/app.py',
        command: ['uv', 'run', 'app'],
        certainty: 'hint',
      },
    ],
    ignores: [
      { path: '/root/.cache/uv/archive-v0/0a/flask/app.py', env: { UV_LINK_MODE: 'symlink' } },
      { path: '/root/.local/share/uv/python/cpython-3.12/bin/python3.12' },
      { path: '/root/.local/share/uv/tools/ruff/bin/ruff' },
      { path: '/cache/models/a.bin', env: { UV_CACHE_DIR: '/cache' } },
    ],
  },
}
