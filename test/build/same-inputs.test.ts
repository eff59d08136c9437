import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { InputPaths } from '../../src/build/resolve-context.ts'
import { sameInputs } from '../../src/build/same-inputs.ts'
import { makeRepository, type Repository, snapshot, temporaryDirectory } from './support/git-repository.ts'

const TEMP = temporaryDirectory('same-inputs-test')
after(() => rmSync(TEMP, { recursive: true, force: true }))

const INPUTS: InputPaths = {
  context: 'app',
  dockerfile: 'docker/Dockerfile',
  buildContexts: [
    { name: 'lib', value: 'lib', local: true },
    { name: 'image', value: 'docker-image://alpine', local: false },
  ],
}

interface Row {
  readonly says: string
  readonly change: (repository: Repository) => void
  readonly same: boolean
  readonly inputs?: Partial<InputPaths>
}

const TABLE: readonly Row[] = [
  { says: 'nothing changed', change: () => {}, same: true },
  {
    says: 'a file elsewhere changed, in a commit and in the tree',
    change: r => {
      r.commit('x', { 'docs/a': '2' })
      r.write({ 'docs/b': '2' })
    },
    same: true,
  },
  {
    says: 'a file was written again with the same content',
    change: r => {
      r.write({ 'app/a': 'a\n' })
      utimesSync(join(r.root, 'app/a'), 1e9, 1e9)
    },
    same: true,
  },
  {
    says: 'a file changed and was changed back',
    change: r => {
      r.commit('x', { 'app/a': '2\n' })
      r.commit('y', { 'app/a': 'a\n' })
    },
    same: true,
  },
  {
    says: 'a file of the context changed in a commit',
    change: r => r.commit('x', { 'app/a': '2\n' }),
    same: false,
  },
  {
    says: 'a file of the context changed in the tree',
    change: r => r.write({ 'app/a': '2\n' }),
    same: false,
  },
  {
    says: 'a change is staged',
    change: r => {
      r.write({ 'app/a': '2\n' })
      r.run('add', 'app/a')
    },
    same: false,
  },
  {
    says: 'a change is hidden as assumed unchanged',
    change: r => {
      r.run('update-index', '--assume-unchanged', 'app/a')
      r.write({ 'app/a': '2\n' })
    },
    same: false,
  },
  {
    says: 'a change is hidden by skip-worktree',
    change: r => {
      r.run('update-index', '--skip-worktree', 'app/a')
      r.write({ 'app/a': '2\n' })
    },
    same: false,
  },
  {
    says: 'only line ends changed, which git overlooks',
    change: r => {
      r.run('config', 'core.safecrlf', 'false')
      r.write({ 'app/text': 'line\r\n' })
    },
    same: false,
  },
  { says: 'a file was added', change: r => r.commit('x', { 'app/new': '' }), same: false },
  { says: 'a file was deleted', change: r => rmSync(join(r.root, 'app/a')), same: false },
  { says: 'a file is untracked', change: r => r.write({ 'app/new': '' }), same: false },
  { says: 'a file is ignored', change: r => r.write({ 'app/dist/x': '' }), same: false },
  { says: 'an empty directory is there', change: r => mkdirSync(join(r.root, 'app/empty')), same: false },
  { says: 'a file became executable', change: r => chmodSync(join(r.root, 'app/a'), 0o755), same: false },
  {
    says: 'a file became executable and git is told not to look',
    change: r => {
      r.run('config', 'core.fileMode', 'false')
      chmodSync(join(r.root, 'app/a'), 0o755)
    },
    same: false,
  },
  { says: 'the Dockerfile changed', change: r => r.write({ 'docker/Dockerfile': 'FROM y\n' }), same: false },
  { says: 'another Dockerfile changed', change: r => r.write({ 'docker/Other': 'FROM y\n' }), same: true },
  {
    says: "the Dockerfile's own .dockerignore appeared",
    change: r => r.write({ 'docker/Dockerfile.dockerignore': 'x' }),
    same: false,
  },
  { says: 'a build context changed', change: r => r.write({ 'lib/l': '2' }), same: false },
  {
    says: 'attributes at the root changed',
    change: r => r.commit('x', { '.gitattributes': '* text=auto eol=crlf\n' }),
    same: false,
  },
  {
    says: 'attributes at the root are untracked',
    change: r => {
      r.run('rm', '-q', '--cached', '.gitattributes')
      r.run('commit', '-q', '-m', 'x')
    },
    same: false,
  },
  {
    says: 'attributes between the root and the context are untracked',
    change: r => r.write({ 'app/.gitattributes': '* eol=crlf\n' }),
    same: false,
    inputs: { context: 'app/inner', dockerfile: 'docker/Dockerfile' },
  },
  {
    says: 'nothing changed in a context further down',
    change: () => {},
    same: true,
    inputs: { context: 'app/inner', dockerfile: 'docker/Dockerfile' },
  },
  { says: 'a link in the context stayed', change: () => {}, same: true },
  { says: 'the context does not exist', change: () => {}, same: false, inputs: { context: 'absent' } },
  {
    says: 'the Dockerfile does not exist',
    change: () => {},
    same: false,
    inputs: { dockerfile: 'app/Dockerfile' },
  },
  { says: 'the Dockerfile is a link', change: () => {}, same: false, inputs: { dockerfile: 'docker/Link' } },
  { says: 'the context is behind a link', change: () => {}, same: false, inputs: { context: 'app-link' } },
  {
    says: 'the context is the root, and a file anywhere changed',
    change: r => r.write({ 'docs/a': '2' }),
    same: false,
    inputs: { context: '.' },
  },
  {
    says: 'the context is the root, and nothing changed',
    change: () => {},
    same: true,
    inputs: { context: '.' },
  },
  {
    says: 'the context is the root with its .git, and a commit came that changed nothing',
    change: r => r.commit('x'),
    same: false,
    inputs: { context: '.' },
  },
  {
    says: 'the context is a directory, and a commit came that changed nothing',
    change: r => r.commit('x'),
    same: true,
  },
  {
    says: 'a name looks like a pattern',
    change: r => r.write({ 'app/a': '2\n' }),
    same: true,
    inputs: { context: 'app[a]' },
  },
]

for (const [index, { says, change, same, inputs = {} }] of TABLE.entries())
  test(`inputs are ${same ? 'the same' : 'taken for different'} when ${says}`, async () => {
    const repository = makeRepository(join(TEMP, `r${index}`))
    symlinkSync('app', join(repository.root, 'app-link'))
    mkdirSync(join(repository.root, 'docker'))
    symlinkSync('Dockerfile', join(repository.root, 'docker/Link'))
    mkdirSync(join(repository.root, 'app'))
    symlinkSync('a', join(repository.root, 'app/link'))
    const base = repository.commit('base', {
      '.gitattributes': 'text text=auto\n',
      '.gitignore': 'dist\n',
      'app/a': 'a\n',
      'app/inner/x': 'x',
      'app/text': 'line\n',
      'app[a]/x': 'x',
      'docker/Dockerfile': 'FROM x\n',
      'docker/Other': 'FROM x\n',
      'docs/a': '1',
      'lib/l': '1',
    })
    change(repository)
    const before = snapshot(repository)
    assert.equal(await sameInputs(repository.git, base, { ...INPUTS, ...inputs }), same)
    assert.deepEqual(snapshot(repository), before)
  })

test('inputs with a submodule are taken for different', async () => {
  const sub = makeRepository(join(TEMP, 'sub'))
  sub.commit('x', { s: 'x' })
  const repository = makeRepository(join(TEMP, 'with-sub'))
  repository.run('submodule', '--quiet', 'add', `file://${sub.root}`, 'app/sub')
  const base = repository.commit('base', { 'app/Dockerfile': 'FROM x\n', 'other/Dockerfile': 'FROM x\n' })
  const inputs = (context: string) => ({ context, dockerfile: `${context}/Dockerfile`, buildContexts: [] })
  assert.equal(await sameInputs(repository.git, base, inputs('app')), false)
  assert.equal(await sameInputs(repository.git, base, inputs('other')), true)
})
