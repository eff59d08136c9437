import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sendsGitDirectory, warnOfCredential } from '../../src/build/git-directory.ts'
import type { InputPaths } from '../../src/build/resolve-context.ts'
import { addWorktree } from '../../src/build/worktree.ts'
import {
  clone,
  makeRepository,
  openRepository,
  snapshot,
  temporaryDirectory,
} from './support/git-repository.ts'

const TEMP = temporaryDirectory('git-directory-test')
after(() => rmSync(TEMP, { recursive: true, force: true }))
let count = 0
const tempDir = (): string => {
  const path = join(TEMP, `temp-${count++}`)
  mkdirSync(path)
  return path
}

const ROOT: InputPaths = { context: '.', dockerfile: 'Dockerfile', buildContexts: [] }
const APP: InputPaths = { context: 'app', dockerfile: 'app/Dockerfile', buildContexts: [] }
const NAMED: InputPaths = { ...APP, buildContexts: [{ name: 'all', value: '.', local: true }] }

const TABLE: readonly (readonly [InputPaths, files: Readonly<Record<string, string>>, sends: boolean])[] = [
  [ROOT, {}, true],
  [ROOT, { '.dockerignore': 'node_modules\n' }, true],
  [ROOT, { '.dockerignore': '.git\n' }, false],
  [ROOT, { '.dockerignore': '**/.git\n' }, false],
  [ROOT, { '.dockerignore': '.git\n!.git/HEAD\n' }, true],
  [ROOT, { '.dockerignore': '.git\n', 'Dockerfile.dockerignore': 'x\n' }, true],
  [ROOT, { 'Dockerfile.dockerignore': '.git\n' }, false],
  [APP, {}, false],
  [NAMED, {}, true],
  [NAMED, { '.dockerignore': '.git\n' }, false],
]

for (const [index, [inputs, files, sends]] of TABLE.entries())
  test(`.git is ${sends ? '' : 'not '}sent: ${inputs.context} ${JSON.stringify(files)}`, async () => {
    const root = join(TEMP, `tree-${index}`)
    mkdirSync(join(root, 'app'), { recursive: true })
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
    assert.equal(await sendsGitDirectory(root, inputs), sends)
  })

test('a base whose build is sent .git has one of its own that works, and the checkout has no part in it', async () => {
  const origin = makeRepository(join(TEMP, 'origin'))
  const base = origin.commit('base', { Dockerfile: 'FROM x\nCOPY . .\n', a: 'base' })
  origin.run('tag', 'v1')
  origin.commit('head', { a: 'head' })
  const checkout = clone(origin.root, join(TEMP, 'checkout'))
  const others = join(TEMP, 'others')
  checkout.run('worktree', 'add', '-q', '--detach', others)
  const before = snapshot(checkout)
  const worktree = await addWorktree(checkout.git, base, tempDir(), ROOT)
  assert.deepEqual(snapshot(checkout), before, 'already while it is there')
  const own = openRepository(worktree.path)
  assert.ok(lstatSync(join(worktree.path, '.git')).isDirectory())
  assert.equal(own.run('rev-parse', 'HEAD').trim(), base)
  assert.equal(own.run('describe', '--tags').trim(), 'v1')
  assert.equal(own.run('status', '--porcelain'), '')
  assert.doesNotMatch(own.run('worktree', 'list'), /others/)
  own.commit('made by a build', { a: 'changed' })
  own.run('gc', '-q', '--prune=now')
  await worktree.remove()
  assert.equal(existsSync(worktree.path), false)
  assert.deepEqual(snapshot(checkout), before)
  assert.equal(checkout.run('fsck', '--full').includes('missing'), false)
})

test('a base whose build is not sent .git stays a plain worktree', async () => {
  const repository = makeRepository(join(TEMP, 'plain'))
  const base = repository.commit('base', { 'app/Dockerfile': 'FROM x\n' })
  const worktree = await addWorktree(repository.git, base, tempDir(), APP)
  assert.ok(lstatSync(join(worktree.path, '.git')).isFile())
  await worktree.remove()
})

test('where the checkout is itself a worktree, its base is one too', async () => {
  const main = makeRepository(join(TEMP, 'main'))
  const base = main.commit('base', { Dockerfile: 'FROM x\n' })
  const linked = join(TEMP, 'linked')
  main.run('worktree', 'add', '-q', '--detach', linked)
  const worktree = await addWorktree(openRepository(linked).git, base, tempDir(), ROOT)
  assert.ok(lstatSync(join(worktree.path, '.git')).isFile())
  await worktree.remove()
  assert.equal(main.run('worktree', 'list').trim().split('\n').length, 2)
})

test('submodules are there beside an own .git, and all records go', async () => {
  const sub = makeRepository(join(TEMP, 'sub'))
  sub.commit('1', { s: 'sub' })
  const top = makeRepository(join(TEMP, 'top'))
  top.run('submodule', '--quiet', 'add', `file://${sub.root}`, 'lib')
  const base = top.commit('1', { Dockerfile: 'FROM x\n' })
  const state = () => [snapshot(top), openRepository(join(top.root, 'lib')).run('worktree', 'list')]
  const before = state()
  const worktree = await addWorktree(top.git, base, tempDir(), ROOT)
  assert.equal(readFileSync(join(worktree.path, 'lib/s'), 'utf8'), 'sub')
  await worktree.remove()
  assert.deepEqual(state(), before)
  assert.equal(existsSync(worktree.path), false)
})

test('a credential that a build could read is warned of, without being quoted', async () => {
  const repository = makeRepository(join(TEMP, 'credential'))
  assert.equal(await warnOfCredential(repository.root, ROOT), null)
  repository.run('config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic canary')
  const warning = await warnOfCredential(repository.root, ROOT)
  assert.match(warning ?? '', /holds a credential/)
  assert.doesNotMatch(warning ?? '', /canary/)
  assert.equal(await warnOfCredential(repository.root, APP), null)
  repository.write({ '.dockerignore': '.git\n' })
  assert.equal(await warnOfCredential(repository.root, ROOT), null)
})
