/** The reader of import lines sees what it is asked to see, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breaches, type Part, partOf } from './imports.ts'

const small: Readonly<Record<string, Part>> = {
  tree: { pure: true, from: [], types: ['report/types.ts'] },
  image: { from: ['tree'], modules: ['node:*'] },
  build: { from: [], typeModules: ['dockerode'] },
}
const refusedCases: readonly (readonly [string, string, string])[] = [
  ['tree/a.ts', "import { x } from '../report/b.ts'", 'tree/a.ts may not import ../report/b.ts'],
  ['tree/a.ts', "import { x } from '../report/types.ts'", 'tree/a.ts may not import ../report/types.ts'],
  ['tree/a.ts', "export * from '../image/b.ts'", 'tree/a.ts may not import ../image/b.ts'],
  ['tree/a.ts', "import {\n  x,\n  y,\n} from 'node:fs'", 'tree/a.ts may not import node:fs'],
  ['tree/a.ts', "import '../image/b.ts'", 'tree/a.ts may not import ../image/b.ts'],
  ['tree/a.ts', "const x = await import('yaml')", 'tree/a.ts may not import yaml'],
  [
    'tree/deep/a.ts',
    "import { x } from '../../rules/b.ts'",
    'tree/deep/a.ts may not import ../../rules/b.ts',
  ],
  ['tree/a.ts', 'const now = Date.now()', 'tree/a.ts may not use Date.now'],
  ['tree/a.ts', "const globs = ['/usr/*']\nconst x = process.env.HOME", 'tree/a.ts may not use process.env'],
  ['image/a.ts', "import Docker from 'dockerode'", 'image/a.ts may not import dockerode'],
  ['build/a.ts', "import Docker from 'dockerode'", 'build/a.ts may not import dockerode'],
]
for (const [file, source, sentence] of refusedCases) {
  test(`the table refuses: ${sentence}`, () =>
    assert.deepEqual(breaches(file, source, small, ['errors.ts']), [sentence]))
}

const allowedCases: readonly (readonly [string, string])[] = [
  ['tree/a.ts', "import { x } from './b.ts'\nimport { y } from '../errors.ts'"],
  ['tree/deep/a.ts', "import { x } from '../b.ts'"],
  ['tree/a.ts', "import type { X } from '../report/types.ts'"],
  [
    'tree/a.ts',
    "/** Not Date.now(), and\n * import { x } from 'yaml'\n */\nconst text = 'the process. ends'",
  ],
  ['image/a.ts', "import { join } from 'node:path'\nimport { x } from '../tree/a.ts'"],
  ['build/a.ts', "import type Docker from 'dockerode'"],
  ['other.ts', "import 'anything'"],
]
for (const [file, source] of allowedCases) {
  test(`the table allows ${file}: ${source.split('\n')[0]}`, () =>
    assert.deepEqual(breaches(file, source, small, ['errors.ts']), []))
}

test('a file has the row of its own name before that of its folder', () => {
  const exact: Part = { from: [] }
  const table = { ...small, 'image/engine.ts': exact }
  assert.equal(partOf('image/engine.ts', table), exact)
  assert.equal(partOf('image/oci.ts', table), small.image)
  assert.equal(partOf('cli.ts', table), null)
})
