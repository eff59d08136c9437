import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { explainUntracked, untrackedSources } from '../../src/build/untracked-sources.ts'
import { addWorktree } from '../../src/build/worktree.ts'
import { makeRepository, openRepository, temporaryDirectory } from './support/git-repository.ts'

const TEMP = temporaryDirectory('untracked-test')
after(() => rmSync(TEMP, { recursive: true, force: true }))

test('sources that only an earlier step made are named, and no others', async () => {
  const repository = makeRepository(join(TEMP, 'r'))
  const base = repository.commit('base', {
    '.gitignore': 'dist\n*.jar\n',
    'app/src/a': 'a',
    'app/assets/a.txt': 'a',
  })
  repository.commit('head', { 'app/new/file': 'new in head' })
  repository.write({
    'app/dist/main.js': 'x',
    'app/dist/sub/x.js': 'x',
    'app/target/app.jar': 'x',
    'app/src/generated': 'x',
    'app/new/generated': 'x',
  })
  const worktree = await addWorktree(repository.git, base, TEMP)
  const missingOf = (...sources: string[]) => untrackedSources(repository.git, worktree.path, 'app', sources)
  assert.deepEqual(
    await missingOf('dist', './dist/', '/dist/main.js', 'dist/*', 'dist/sub', 'target/*.jar', 'dist/**/x.js'),
    ['dist', './dist/', '/dist/main.js', 'dist/*', 'dist/sub', 'target/*.jar', 'dist/**/x.js'],
  )
  assert.deepEqual(
    await missingOf(
      '.',
      './',
      '/',
      'src',
      'src/a',
      'assets/*.txt',
      'absent',
      'absent/*',
      'new',
      '../x',
      '$DIR',
      'src/gen*/x',
    ),
    [],
  )
  openRepository(worktree.path).write({ 'app/dist/main.js': 'prepared' })
  assert.deepEqual(await missingOf('dist', 'dist/*.js'), [])
  await worktree.remove()
})

test('the message names what is missing and both ways out, in one harmless line', () => {
  const message = explainUntracked(['dist', 'a\n::error::', 'b', 'c', 'd'])
  assert.match(message, /"dist", "a\?::error::", "b" and 2 more/)
  assert.match(message, /"base-image".*"base-prepare"/)
  assert.doesNotMatch(message, /\n/)
})
