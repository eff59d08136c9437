import { parentOf } from '../path-parts.ts'
import { isSystemOwned } from './match.ts'
import type { Rule } from './rule.ts'

const COMPILED = /\/__pycache__\/[^/]+\.cpython-(\d)(\d+)(?:\.opt-\d)?\.pyc$/
const MINORS = Array.from({ length: 20 }, (_, minor) => `python3.${minor}`)

export const staleBytecode: Rule = {
  id: 'stale-bytecode',
  category: 'build-output',
  title: 'Bytecode of another Python',
  why: 'It was compiled for a Python that is not in the image; the one that is compiles its own.',
  fix: 'Build with the same Python version as the final stage, or set `PYTHONDONTWRITEBYTECODE=1` in the build stage.',
  matchFile: image => {
    const found = new Set(
      image.named(...MINORS).flatMap(path => /\/bin\/python(3\.\d+)$/.exec(path)?.[1] ?? []),
    )
    if (found.size === 0) return null
    return ({ path, owner }) => {
      if (isSystemOwned(owner) || !path.endsWith('.pyc')) return null
      const [, major, minor] = COMPILED.exec(path) ?? []
      if (major !== '3' || minor === undefined || found.has(`3.${minor}`)) return null
      const top = /^(.*\/(?:site|dist)-packages)\//.exec(path)?.[1] ?? parentOf(parentOf(path))
      return { subject: top }
    }
  },
  examples: {
    finds: [
      {
        path: '/app/__pycache__/main.cpython-311.pyc',
        beside: ['/usr/local/bin/python3.12'],
        subject: '/app',
        certainty: 'leftover',
      },
      {
        path: '/usr/local/lib/python3.12/site-packages/flask/__pycache__/app.cpython-39.pyc',
        beside: ['/usr/local/bin/python3.12'],
        subject: '/usr/local/lib/python3.12/site-packages',
      },
    ],
    ignores: [
      { path: '/app/__pycache__/main.cpython-312.pyc', beside: ['/usr/local/bin/python3.12'] },
      { path: '/app/__pycache__/main.cpython-311.pyc' },
      {
        path: '/app/__pycache__/main.cpython-311.pyc',
        beside: ['/usr/local/bin/python3.12', '/usr/bin/python3.11'],
      },
      { path: '/app/__pycache__/main.pypy39.pyc', beside: ['/usr/local/bin/python3.12'] },
    ],
  },
}
