import { claimAreas, commandRuns, fromEnv, inCaches } from './match.ts'
import type { Rule } from './rule.ts'

/** Poetry's default place for virtual environments is in its cache: those run, and are left alone. */
const POETRY = /^(cache|artifacts)\//
/** PDM can link environments to `packages/`: left alone. */
const PDM = /^(http|hashes|wheels|metadata|publish-check)\/|^[^/]+\.json$/

export const pythonInstallerCaches: Rule = {
  id: 'python-installer-caches',
  category: 'package-cache',
  title: 'Caches of Poetry, Pipenv and PDM',
  why: 'Downloads of Python packages that are installed already.',
  fix: 'End the same `RUN` with `rm -rf "$(poetry config cache-dir)/cache" "$(poetry config cache-dir)/artifacts"`, or mount a cache on it.',
  matchFile: image =>
    claimAreas(image, [
      ...[...inCaches(image, 'pypoetry'), ...fromEnv(image, ['POETRY_CACHE_DIR'])].map(root => ({
        root,
        holds: POETRY,
      })),
      ...[...inCaches(image, 'pdm'), ...fromEnv(image, ['PDM_CACHE_DIR'])].map(root => ({
        root,
        holds: PDM,
      })),
      ...[...inCaches(image, 'pipenv'), ...fromEnv(image, ['PIPENV_CACHE_DIR'])].map(root => ({ root })),
    ]),
  wanted: image => commandRuns(image, 'pdm'),
  examples: {
    finds: [
      {
        path: '/root/.cache/pypoetry/artifacts/ab/cd/flask-3.0.0-py3-none-any.whl',
        subject: '/root/.cache/pypoetry',
        certainty: 'leftover',
      },
      { path: '/poetry/cache/repositories/PyPI/_http/a', env: { POETRY_CACHE_DIR: '/poetry' } },
      { path: '/root/.cache/pdm/wheels/a/b.whl', subject: '/root/.cache/pdm' },
      { path: '/root/.cache/pipenv/x.json' },
    ],
    ignores: [
      { path: '/root/.cache/pypoetry/virtualenvs/app-py3.12/bin/python' },
      { path: '/root/.cache/pdm/packages/flask-3.0.0/lib/flask/app.py' },
      { path: '/root/.local/share/virtualenvs/app/bin/python' },
      { path: '/poetry/pyproject.toml', env: { POETRY_CACHE_DIR: '/poetry' } },
    ],
  },
}
