import { commandRuns, isSystemOwned } from './match.ts'
import type { Rule } from './rule.ts'

const TOOL =
  /^(.*\/(?:site|dist)-packages)\/(pytest|_pytest|mypy|mypyc|black|blib2to3|flake8|pylint|astroid|tox|nox|sphinx|isort|coverage|hypothesis|twine|pre_commit|ruff|bandit|Cython|maturin|setuptools_rust|scikit_build_core|pybind11|mesonpy|mesonbuild|cmake|ninja|debugpy|ipdb)(\/|-\d[^/]*\.dist-info\/)/

export const pythonDevTools: Rule = {
  id: 'python-dev-tools',
  category: 'dependencies',
  title: 'Development tools of Python',
  why: 'Tools that test, check or build; a program seldom imports them.',
  fix: 'Install only what runs: keep tools in a group of their own (`uv sync --no-dev`, `poetry install --only main`).',
  matchFile:
    () =>
    ({ path, owner }) => {
      if (isSystemOwned(owner) || !path.includes('-packages/')) return null
      const [, site, name] = TOOL.exec(path) ?? []
      return site !== undefined ? { subject: `${site}/${name}`, certainty: 'hint' } : null
    },
  wanted: image => commandRuns(image, 'pytest', 'tox', 'nox'),
  examples: {
    finds: [
      {
        path: '/usr/local/lib/python3.12/site-packages/mypy/build.py',
        subject: '/usr/local/lib/python3.12/site-packages/mypy',
        certainty: 'hint',
      },
      { path: '/opt/venv/lib/python3.12/site-packages/pytest-8.3.3.dist-info/METADATA', certainty: 'hint' },
    ],
    ignores: [
      { path: '/usr/local/lib/python3.12/site-packages/pip/__init__.py' },
      { path: '/usr/local/lib/python3.12/site-packages/setuptools/__init__.py' },
      { path: '/usr/lib/python3/dist-packages/mypy/build.py', owner: { name: 'python3-mypy' } },
      { path: '/usr/local/lib/python3.12/site-packages/numpy/testing/__init__.py' },
      { path: '/app/pytest/x.py' },
    ],
  },
}
