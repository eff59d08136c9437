import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Git } from '../../src/build/git.ts'
import { addWorktree } from '../../src/build/worktree.ts'
import {
  clone,
  makeRepository,
  openRepository,
  snapshot,
  temporaryDirectory,
} from './support/git-repository.ts'

const TEMP = temporaryDirectory('worktree-test')
after(() => rmSync(TEMP, { recursive: true, force: true }))

/** Gives the worktree to `use`, and takes it away however that ends. */
const withBaseWorktree = async <T>(
  git: Git,
  sha: string,
  directory: string,
  use: (path: string) => Promise<T>,
): Promise<T> => {
  const worktree = await addWorktree(git, sha, directory)
  try {
    return await use(worktree.path)
  } finally {
    await worktree.remove()
  }
}

let count = 0
const tempDir = (): string => {
  const path = join(TEMP, `temp-${count++}`)
  mkdirSync(path)
  return path
}

/** A base commit, and a checkout of a later one with every kind of change in it. */
const makeBusyCheckout = (name: string) => {
  const repository = makeRepository(join(TEMP, name))
  const base = repository.commit('base', {
    Dockerfile: 'FROM a\n',
    'app/x': 'base',
    gone: 'x',
    '.gitignore': 'dist\n',
  })
  rmSync(join(repository.root, 'gone'))
  symlinkSync('app', join(repository.root, 'link'))
  repository.commit('head', { Dockerfile: 'FROM b\n', 'app/x': 'head' })
  repository.run('branch', 'other')
  repository.write({ 'app/x': 'modified', staged: 'x', untracked: 'x', 'dist/y': 'ignored' })
  repository.run('add', 'staged')
  return { repository, base }
}

test('the base is checked out elsewhere, and the checkout with all its changes stays as it was', async () => {
  const { repository, base } = makeBusyCheckout('busy')
  const before = snapshot(repository)
  const directory = tempDir()
  const worktree = await addWorktree(repository.git, base, directory)
  assert.equal(readFileSync(join(worktree.path, 'Dockerfile'), 'utf8'), 'FROM a\n')
  assert.equal(readFileSync(join(worktree.path, 'app/x'), 'utf8'), 'base')
  assert.deepEqual(readdirSync(worktree.path).sort(), ['.git', '.gitignore', 'Dockerfile', 'app', 'gone'])
  writeFileSync(join(worktree.path, 'made-by-a-build'), 'x')
  writeFileSync(join(worktree.path, 'app/x'), 'changed')
  await worktree.remove()
  await worktree.remove()
  assert.deepEqual(readdirSync(directory), [])
  assert.deepEqual(snapshot(repository), before)
})

test('a failure in use, and a commit that cannot be had, leave nothing behind either', async () => {
  const { repository, base } = makeBusyCheckout('failing')
  const before = snapshot(repository)
  const directory = tempDir()
  const broken = withBaseWorktree(repository.git, base, directory, () => Promise.reject(new Error('in use')))
  await assert.rejects(broken, /in use/)
  await assert.rejects(addWorktree(repository.git, 'e'.repeat(40), directory), /commit eeeeeeeeeeee/)
  await assert.rejects(addWorktree(repository.git, '--detach', directory), /not the full hash/)
  const tree = repository.run('rev-parse', 'HEAD^{tree}').trim()
  await assert.rejects(addWorktree(repository.git, tree, directory), /no remote/)
  assert.deepEqual(readdirSync(directory), [])
  assert.deepEqual(snapshot(repository), before)
})

test('what was aborted is taken away all the same', async () => {
  const { repository, base } = makeBusyCheckout('aborted')
  const before = snapshot(repository)
  const stop = new AbortController()
  const directory = tempDir()
  const using = withBaseWorktree({ ...repository.git, signal: stop.signal }, base, directory, async () => {
    stop.abort(new Error('SIGINT'))
    stop.signal.throwIfAborted()
  })
  await assert.rejects(using, /SIGINT/)
  assert.deepEqual(readdirSync(directory), [])
  assert.deepEqual(snapshot(repository), before)
})

test('no hook of the repository runs', async () => {
  const { repository, base } = makeBusyCheckout('hooks')
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
    const path = join(repository.root, '.git/hooks', hook)
    mkdirSync(join(repository.root, '.git/hooks'), { recursive: true })
    writeFileSync(path, `#!/bin/sh\ntouch ${TEMP}/hook-ran\n`)
    chmodSync(path, 0o755)
  }
  const worktree = await addWorktree(repository.git, base, tempDir())
  await worktree.remove()
  assert.equal(existsSync(join(TEMP, 'hook-ran')), false)
})

test('the record of a run that was killed is forgotten by the next one, and no other worktree is', async () => {
  const { repository, base } = makeBusyCheckout('killed')
  const before = snapshot(repository)
  const lost = tempDir()
  await addWorktree(repository.git, base, lost)
  rmSync(lost, { recursive: true })
  const others = join(TEMP, 'others-worktree')
  repository.run('worktree', 'add', '-q', '--detach', others, base)
  rmSync(others, { recursive: true })
  await (await addWorktree(repository.git, base, tempDir())).remove()
  const listed = repository.run('worktree', 'list', '--porcelain')
  assert.doesNotMatch(listed, /plimsoll-base-/)
  assert.match(listed, /others-worktree/)
  repository.run('worktree', 'prune')
  assert.deepEqual(snapshot(repository), before)
})

test('in a shallow clone the base is fetched first', async () => {
  const origin = makeRepository(join(TEMP, 'shallow-origin'))
  const base = origin.commit('base', { a: 'base' })
  origin.commit('head', { a: 'head' })
  const checkout = clone(origin.root, join(TEMP, 'shallow'), '--depth=1')
  const before = snapshot(checkout)
  await withBaseWorktree(checkout.git, base, tempDir(), async path => {
    assert.equal(readFileSync(join(path, 'a'), 'utf8'), 'base')
  })
  assert.deepEqual(snapshot(checkout), before)
})

/** top → libs/middle → inner, each at an older commit in the base. */
const makeSubmodules = () => {
  const inner = makeRepository(join(TEMP, 'sub-inner'))
  const innerBase = inner.commit('1', { i: 'inner base' })
  const innerHead = inner.commit('2', { i: 'inner head' })
  const middle = makeRepository(join(TEMP, 'sub-middle'))
  middle.run('submodule', '--quiet', 'add', `file://${inner.root}`, 'inner')
  const point = (sub: string, sha: string) => openRepository(sub).run('checkout', '-q', sha)
  point(join(middle.root, 'inner'), innerBase)
  const middleBase = middle.commit('1', { m: 'middle base' })
  point(join(middle.root, 'inner'), innerHead)
  const middleHead = middle.commit('2', { m: 'middle head' })
  const top = makeRepository(join(TEMP, 'sub-top'))
  top.run('submodule', '--quiet', 'add', `file://${middle.root}`, 'libs/middle')
  point(join(top.root, 'libs/middle'), middleBase)
  const base = top.commit('1', { t: 'base' })
  point(join(top.root, 'libs/middle'), middleHead)
  top.commit('2', { t: 'head' })
  return { top, base }
}

test('submodules are there as far as the checkout has them, and their clones stay as they were', async () => {
  const { top, base } = makeSubmodules()
  for (const [name, options, expected] of [
    ['none', [], { middle: false, inner: false }],
    ['one level', ['submodule', 'update', '--init'], { middle: true, inner: false }],
    ['all levels', ['submodule', 'update', '--init', '--recursive'], { middle: true, inner: true }],
    ['shallow', ['submodule', 'update', '--init', '--recursive', '--depth=1'], { middle: true, inner: true }],
  ] as const) {
    const checkout = clone(top.root, join(TEMP, `checkout ${name}`))
    if (options.length > 0) checkout.run(...options)
    const watched = [
      checkout,
      ...(expected.middle ? [openRepository(join(checkout.root, 'libs/middle'))] : []),
    ]
    const state = () => [
      snapshot(checkout),
      ...watched.map(
        one => one.run('worktree', 'list', '--porcelain') + one.run('status') + one.run('for-each-ref'),
      ),
    ]
    const before = state()
    await withBaseWorktree(checkout.git, base, tempDir(), async path => {
      const text = (file: string) =>
        existsSync(join(path, file)) ? readFileSync(join(path, file), 'utf8') : null
      assert.equal(text('t'), 'base')
      assert.equal(text('libs/middle/m'), expected.middle ? 'middle base' : null, name)
      assert.equal(text('libs/middle/inner/i'), expected.inner ? 'inner base' : null, name)
    })
    assert.deepEqual(state(), before, name)
  }
})

/** A stand-in for git-lfs: it turns the pointer into the file, unless told to leave it. */
const makeLfsCheckout = (name: string) => {
  const repository = makeRepository(join(TEMP, name))
  const filter = join(TEMP, `${name}-smudge`)
  writeFileSync(
    filter,
    `#!/bin/sh\nif [ "$GIT_LFS_SKIP_SMUDGE" = 1 ]; then cat; else sed -n 's/^oid /content of /p'; fi\n`,
  )
  chmodSync(filter, 0o755)
  const pointer = (oid: string) => `version https://git-lfs.github.com/spec/v1\noid ${oid}\nsize 5\n`
  const base = repository.commit('base', {
    'model.bin': pointer('base'),
    '.gitattributes': '*.bin filter=lfs -text\n',
  })
  repository.commit('head', { 'model.bin': pointer('head') })
  repository.run('config', 'filter.lfs.smudge', filter)
  repository.run(
    'config',
    'filter.lfs.clean',
    'sed "s/^content of \\(.*\\)/version https:\\/\\/git-lfs.github.com\\/spec\\/v1\\noid \\1\\nsize 5/"',
  )
  return { repository, base, pointer }
}

test('LFS files are there when the checkout has its own, and are pointers when it has pointers', async () => {
  const { repository, base, pointer } = makeLfsCheckout('lfs')
  const baseModel = () =>
    withBaseWorktree(repository.git, base, tempDir(), async path =>
      readFileSync(join(path, 'model.bin'), 'utf8'),
    )
  assert.equal(await baseModel(), pointer('base'))
  repository.write({ 'model.bin': 'content of head\n' })
  assert.equal(await baseModel(), 'content of base\n')
})

test('a checkout that is stopped half-way is taken away', async () => {
  const { repository, base } = makeLfsCheckout('half-way')
  repository.write({ 'model.bin': 'content of head\n' })
  const before = snapshot(repository)
  repository.run('config', 'filter.lfs.smudge', `touch ${TEMP}/smudging; sleep 60`)
  const stop = new AbortController()
  const directory = tempDir()
  const adding = addWorktree({ ...repository.git, signal: stop.signal }, base, directory)
  for (let waited = 0; !existsSync(join(TEMP, 'smudging')) && waited < 10_000; waited += 20) await sleep(20)
  stop.abort(new Error('SIGTERM'))
  await assert.rejects(adding, /SIGTERM/)
  assert.deepEqual(readdirSync(directory), [])
  repository.run('config', 'filter.lfs.smudge', join(TEMP, 'half-way-smudge'))
  assert.deepEqual(snapshot(repository), before)
})
