import { commandRuns, isSystemOwned } from './match.ts'
import type { Rule } from './rule.ts'

const TOOL =
  /^(.*\/(?:site|dist)-packages)\/(pytest|_pytest|mypy|mypyc|black|blib2to3|flake8|pylint|astroid|tox|nox|sphinx|isort|coverage|hypothesis|twine|pre_commit|ruff|bandit|Cython|maturin|setuptools_rust|scikit_build_core|pybind11|mesonpy|mesonbuild|cmake|ninja|debugpy|ipdb)(\/|-\d[^/]*\.dist-info\/)/

/** By the distributions that own them, whose programs lie in `bin`; the installers among them make environments. */
const DISTRIBUTION =
  /^(pytest(-[a-z-]+)?|mypy|mypy-extensions|black|flake8|pylint|astroid|tox|nox|sphinx|isort|coverage|hypothesis|twine|pre-commit|ruff|bandit|cython|maturin|setuptools-rust|scikit-build-core|pybind11|meson-python|meson|cmake|ninja|ziglang|debugpy|ipdb|pipenv|poetry(-core|-plugin-[a-z-]+)?|pdm|hatch|hatchling|uv|pip-tools|build|virtualenv|conda|conan)$/

export const pythonDevTools: Rule = {
  id: 'python-dev-tools',
  category: 'dependencies',
  title: 'Development tools of Python',
  why: 'Tools that test, check or build; a program seldom imports them.',
  fix: 'Install only what runs: keep tools in a group of their own (`uv sync --no-dev`, `poetry install --only main`).',
  matchFile:
    () =>
    ({ path, owner }) => {
      if (isSystemOwned(owner)) return null
      if (owner?.manager === 'python' && DISTRIBUTION.test(owner.name))
        return { subject: owner.name, certainty: 'hint' }
      if (!path.includes('-packages/')) return null
      const [, site, name] = TOOL.exec(path) ?? []
      return site !== undefined ? { subject: `${site}/${name}`, certainty: 'hint' } : null
    },
  wanted: image => commandRuns(image, 'pytest', 'tox', 'nox', 'pipenv', 'poetry', 'uv', 'pdm', 'hatch'),
  examples: {
    finds: [
      {
        path: '/usr/local/lib/python3.12/site-packages/mypy/build.py',
        subject: '/usr/local/lib/python3.12/site-packages/mypy',
        certainty: 'hint',
      },
      { path: '/opt/venv/lib/python3.12/site-packages/pytest-8.3.3.dist-info/METADATA', certainty: 'hint' },
      {
        path: '/usr/local/bin/uv',
        owner: { name: 'uv', manager: 'python', section: null },
        subject: 'uv',
        certainty: 'hint',
      },
      { path: '/usr/local/bin/pipenv', owner: { name: 'pipenv', manager: 'python', section: null } },
    ],
    ignores: [
      { path: '/usr/local/bin/uvicorn', owner: { name: 'uvicorn', manager: 'python', section: null } },
      { path: '/usr/local/bin/build', owner: { name: 'build', manager: 'npm', section: null } },
      { path: '/usr/local/lib/python3.12/site-packages/pip/__init__.py' },
      { path: '/usr/local/lib/python3.12/site-packages/setuptools/__init__.py' },
      { path: '/usr/lib/python3/dist-packages/mypy/build.py', owner: { name: 'python3-mypy' } },
      { path: '/usr/local/lib/python3.12/site-packages/numpy/testing/__init__.py' },
      { path: '/app/pytest/x.py' },
    ],
  },
}
