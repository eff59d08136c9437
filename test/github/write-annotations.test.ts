import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Annotation, withinLimit } from '../../src/github/write-annotations.ts'

const finding: Annotation = {
  level: 'warning',
  file: 'docker/Dockerfile',
  startLine: 14,
  endLine: 17,
  title: 'apt-lists',
  message: 'Package lists: 14.8 MB',
}

/** The lines that a step prints. In a process of its own, as @actions/core writes to stdout. */
const printed = (annotations: readonly Annotation[]): readonly string[] => {
  const file = join(import.meta.dirname, '..', '..', 'src', 'github', 'write-annotations.ts')
  const script = `import { writeAnnotations } from ${JSON.stringify(file)}; writeAnnotations(${JSON.stringify(annotations)})`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  return stdout.split('\n').slice(0, -1)
}

test('an annotation marks its lines', () => {
  assert.deepEqual(
    printed([
      finding,
      {
        ...finding,
        level: 'error',
        file: null,
        startLine: null,
        endLine: null,
        title: 'max-size',
        message: 'over budget',
      },
    ]),
    [
      '::error title=max-size::over budget',
      '::warning title=apt-lists,file=docker/Dockerfile,line=14,endLine=17::Package lists: 14.8 MB',
    ],
  )
})

test('no value can end the command or begin another', () => {
  const text = 'a,b:c%\r\n::error::x'
  const lines = printed([{ ...finding, file: text, title: text, message: text }])
  assert.equal(lines.length, 1)
  const [, properties = '', message = ''] = /^::warning (\S+?)::(.*)$/.exec(lines[0] ?? '') ?? []
  assert.equal(decode(message), text)
  const values = Object.fromEntries(properties.split(',').map(pair => pair.split('=', 2)))
  assert.equal(decode(values.title), text)
  assert.equal(decode(values.file), text)
})

const decode = (text: string): string => decodeURIComponent(text.replace(/%(?![0-9A-F]{2})/g, '%25'))

test('GitHub shows ten of a level: the tenth says how many more there are', () => {
  const ten = Array.from({ length: 10 }, (_, i) => ({ ...finding, startLine: i + 1 }))
  assert.deepEqual(withinLimit(ten, 'warning'), ten)
  assert.deepEqual(withinLimit(ten, 'error'), [])
  const shown = withinLimit([...ten, ...ten, ...ten], 'warning')
  assert.equal(shown.length, 10)
  assert.deepEqual(shown.slice(0, 9), ten.slice(0, 9))
  assert.equal(shown[9]?.message, '21 more of this kind are in the job summary.')
})
