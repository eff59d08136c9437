import assert from 'node:assert/strict'
import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  commitParents,
  defaultBranch,
  findCheckout,
  hasCommit,
  headCommit,
  isDirty,
  isShallow,
  mergeBase,
  openGit,
  resolveRef,
} from '../../src/build/git.ts'
import { checkedSha, runGit } from '../../src/build/git-command.ts'
import { fetchCommit, mergeBaseDeepening, remoteRef } from '../../src/build/git-fetch.ts'
import {
  clone,
  GIT_ENVIRONMENT,
  makeRepository,
  snapshot,
  temporaryDirectory,
} from './support/git-repository.ts'

const TEMP = temporaryDirectory('git-test')
after(() => rmSync(TEMP, { recursive: true, force: true }))

/** main: c0 … c9, m; pull request: c5 … p; GitHub's merge of both. */
const origin = makeRepository(join(TEMP, 'origin'))
const commits = Array.from({ length: 10 }, (_, n) => origin.commit(`c${n}`, { [`f${n}`]: `${n}` }))
origin.run('checkout', '-q', '-b', 'feature/x', commits[5]!)
const feature = origin.commit('p', { pr: 'x' })
origin.run('checkout', '-q', 'main')
const main = commits[9]!
origin.run('checkout', '-q', '--detach', 'main')
origin.run('merge', '-q', '--no-ff', '-m', 'merge', 'feature/x')
const merged = origin.run('rev-parse', 'HEAD').trim()
origin.run('update-ref', 'refs/pull/1/merge', merged)
origin.run('tag', '-a', '-m', 'one', 'v1', commits[3]!)
origin.run('checkout', '-q', 'main')

/** What actions/checkout leaves of a pull request: one commit, detached, no branches. */
const shallowCheckout = (name: string) => {
  const checkout = makeRepository(join(TEMP, name))
  checkout.run('remote', 'add', 'origin', `file://${origin.root}`)
  checkout.run(
    'fetch',
    '-q',
    '--no-tags',
    '--depth=1',
    'origin',
    '+refs/pull/1/merge:refs/remotes/pull/1/merge',
  )
  checkout.run('checkout', '-q', '--detach', 'refs/remotes/pull/1/merge')
  return checkout
}

test('a commit names its parents in a shallow clone, where they are absent', async () => {
  const { git, run } = shallowCheckout('parents')
  assert.throws(() => run('rev-parse', '--verify', '--quiet', 'HEAD^1'))
  const head = await headCommit(git)
  assert.equal(head, merged)
  assert.deepEqual(await commitParents(git, head), [main, feature])
  assert.deepEqual(await commitParents(origin.git, commits[0]!), [])
})

test('a commit message that looks like a parent is none', async () => {
  const odd = makeRepository(join(TEMP, 'odd'))
  odd.commit('first')
  const sha = odd.commit(`x\n\nparent ${'a'.repeat(40)}`)
  assert.equal((await commitParents(odd.git, sha)).length, 1)
})

test('a missing commit is fetched alone into a shallow clone, and no branch, tag or file changes', async () => {
  const checkout = shallowCheckout('fetch')
  const before = snapshot(checkout)
  assert.equal(await hasCommit(checkout.git, main), false)
  await fetchCommit(checkout.git, main)
  assert.equal(await hasCommit(checkout.git, main), true)
  assert.equal(await hasCommit(checkout.git, commits[8]!), false)
  assert.deepEqual(snapshot(checkout), before)
})

test('a full clone stays full when a commit is fetched into it', async () => {
  const checkout = clone(origin.root, join(TEMP, 'full'), '--single-branch', '--no-tags')
  const before = snapshot(checkout)
  await fetchCommit(checkout.git, feature)
  assert.equal(await isShallow(checkout.git), false)
  assert.equal(await hasCommit(checkout.git, feature), true)
  assert.deepEqual(snapshot(checkout), before)
})

test('a commit that nobody has, and a clone without a remote, are errors that say so', async () => {
  const nobody = 'd'.repeat(40)
  await assert.rejects(
    fetchCommit(shallowCheckout('nobody').git, nobody),
    /^UserError: commit dddddddddddd could not be fetched from "origin"/,
  )
  await assert.rejects(
    fetchCommit(makeRepository(join(TEMP, 'alone')).git, nobody),
    /no remote to fetch it from/,
  )
})

test('the merge base is found, by deepening a shallow clone where that is needed', async () => {
  assert.equal(await mergeBase(origin.git, main, feature), commits[5])
  const checkout = shallowCheckout('deepen')
  await fetchCommit(checkout.git, main)
  await fetchCommit(checkout.git, feature)
  assert.equal(await mergeBase(checkout.git, main, feature), null)
  const before = snapshot(checkout)
  assert.equal(await mergeBaseDeepening(checkout.git, main, feature), commits[5])
  assert.deepEqual(snapshot(checkout), before)
})

test('a head that the remote does not know has no merge base, and is no error', async () => {
  const checkout = shallowCheckout('unpushed')
  await fetchCommit(checkout.git, main)
  const unpushed = checkout.commit('unpushed')
  assert.equal(await mergeBaseDeepening(checkout.git, main, unpushed), null)
})

test('histories without a common commit have no merge base', async () => {
  const repository = makeRepository(join(TEMP, 'orphan'))
  const one = repository.commit('one')
  repository.run('checkout', '-q', '--orphan', 'other')
  const two = repository.commit('two')
  assert.equal(await mergeBaseDeepening(repository.git, one, two), null)
})

test('names are resolved here, under the remote, and on the remote', async () => {
  const checkout = clone(origin.root, join(TEMP, 'names'))
  assert.equal(await resolveRef(checkout.git, 'main'), main)
  assert.equal(await resolveRef(checkout.git, 'feature/x'), feature)
  assert.equal(await resolveRef(checkout.git, 'v1'), commits[3])
  assert.equal(await resolveRef(checkout.git, commits[2]!), commits[2])
  assert.equal(await resolveRef(checkout.git, 'absent'), null)
  const shallow = shallowCheckout('remote-names')
  assert.equal(await resolveRef(shallow.git, 'feature/x'), null)
  assert.equal(await remoteRef(shallow.git, 'feature/x'), feature)
  assert.equal(await remoteRef(shallow.git, 'origin/feature/x'), feature)
  assert.equal(await remoteRef(shallow.git, 'v1'), commits[3])
  assert.equal(await remoteRef(shallow.git, 'absent'), null)
})

for (const name of ['--upload-pack=touch x', '-x', '', 'a b', 'a\nb', 'a\0b', '\x7f'])
  test(`a name that is none is refused: ${JSON.stringify(name)}`, async () => {
    await assert.rejects(resolveRef(origin.git, name), /^UserError: base-ref: /)
  })

test('names that git allows and a shell would run are only names', async () => {
  for (const name of [
    '$(touch$IFS.pwned)',
    ';touch,pwned',
    '`x`',
    '|x',
    "a'b",
    'a"b',
    '&x',
    'HEAD;x',
    '..',
    'a..b',
    '@{-99}',
  ])
    for (const answer of [await resolveRef(origin.git, name), await remoteRef(origin.git, name)])
      assert.equal(answer, null)
})

for (const sha of [
  '',
  'HEAD',
  'abc',
  '--upload-pack=x',
  `${'a'.repeat(40)}^1`,
  'A'.repeat(40),
  'a'.repeat(41),
])
  test(`what is not a full hash is refused: ${JSON.stringify(sha)}`, () => {
    assert.throws(() => checkedSha(sha), /not the full hash of a commit/)
  })

test('the default branch is the remote HEAD, else the upstream, else main or master', async () => {
  assert.equal(await defaultBranch(clone(origin.root, join(TEMP, 'default')).git), 'origin/main')
  const upstream = clone(origin.root, join(TEMP, 'upstream'))
  upstream.run('checkout', '-q', 'feature/x')
  upstream.run('remote', 'set-head', 'origin', '-d')
  assert.equal(await defaultBranch(upstream.git), 'origin/feature/x')
  upstream.run('checkout', '-q', '--detach')
  assert.equal(await defaultBranch(upstream.git), 'origin/main')
  const local = makeRepository(join(TEMP, 'local'))
  assert.equal(await defaultBranch(local.git), null)
  local.commit('x')
  assert.equal(await defaultBranch(local.git), 'main')
  local.run('branch', '-m', 'master')
  assert.equal(await defaultBranch(local.git), 'master')
})

test('a dirty tree is one with changed or untracked files, and asking does not write the index', async () => {
  const repository = makeRepository(join(TEMP, 'dirty'))
  repository.commit('x', { a: '1', '.gitignore': 'ignored\n' })
  repository.write({ ignored: 'x' })
  // The same content at another time: git would like to note that in the index
  writeFileSync(join(repository.root, 'a'), '1')
  utimesSync(join(repository.root, 'a'), 1e9, 1e9)
  const before = snapshot(repository)
  assert.equal(await isDirty(repository.git), false)
  repository.write({ new: 'x' })
  assert.equal(await isDirty(repository.git), true)
  rmSync(join(repository.root, 'new'))
  assert.deepEqual(snapshot(repository), before)
})

test('the root of a checkout is found from within, and there is none outside', async () => {
  origin.write({ 'deep/er/x': '' })
  assert.equal(await findCheckout(join(origin.root, 'deep/er'), GIT_ENVIRONMENT), origin.root)
  rmSync(join(origin.root, 'deep'), { recursive: true })
  assert.equal(await findCheckout('/', GIT_ENVIRONMENT), null)
})

test('the variables of a hook do not lead git to another repository, and tokens stay with us', async () => {
  const other = makeRepository(join(TEMP, 'hooked'))
  const sha = other.commit('hooked')
  const git = openGit(other.root, {
    ...GIT_ENVIRONMENT,
    GIT_DIR: join(origin.root, '.git'),
    GIT_INDEX_FILE: '/x',
    GITHUB_TOKEN: 't',
  })
  assert.equal(await headCommit(git), sha)
  assert.equal(git.environment.GITHUB_TOKEN, undefined)
})

test('an error is one line in the words of git, without credentials', async () => {
  const repository = makeRepository(join(TEMP, 'errors'))
  const failing = runGit(repository.git, ['ls-remote', 'http://me:canary@127.0.0.1:1/x.git?token=canary'])
  await assert.rejects(failing, (error: Error) => {
    assert.match(error.message, /^git ls-remote: /)
    assert.doesNotMatch(error.message, /canary|\n/)
    return true
  })
})
