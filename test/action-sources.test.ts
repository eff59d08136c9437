/** Events with the repository's token: nothing is built, or read as a bake file, that is not of a commit that may be. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clone, makeRepository, type Repository, temporaryDirectory } from './build/support/git-repository.ts'
import { runAction } from './support/run-action.ts'

const TEMP = temporaryDirectory('sources')
const BIN = join(TEMP, 'bin')
const ORIGIN = join(TEMP, 'origin')
const FILES = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n', 'docker-bake.hcl': '# one target\n' }
let [base, head] = ['', '']
after(() => rmSync(TEMP, { recursive: true, force: true }))

/** A `docker` that notes what it is asked for, prints the bake target that the test gives, and fails every build. */
const DOCKER = `#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  *version*) echo 'github.com/docker/buildx v0.20.0'; exit 0 ;;
  *bake*) printf '%s' "$BAKED"; exit 0 ;;
  *inspect*) printf 'Name: default\\nDriver: docker\\n\\nNodes:\\nName: default\\nStatus: running\\n'; exit 0 ;;
esac
exit 1
`

before(() => {
  mkdirSync(BIN)
  writeFileSync(join(BIN, 'docker'), DOCKER)
  chmodSync(join(BIN, 'docker'), 0o755)
  const origin = makeRepository(ORIGIN)
  base = origin.commit('Begin', { ...FILES, 'app/Dockerfile': FILES.Dockerfile })
  head = origin.commit('Change', { Dockerfile: 'FROM scratch\nCOPY Dockerfile /stranger\n' })
})

const checkout = (path: string, sha: string): Repository => {
  const made = clone(ORIGIN, path)
  made.run('checkout', '-q', '--detach', sha)
  return made
}

/** The base commit, with the pull request's beside it in `pr`, a link to that, and a folder of nobody's. */
const workspaceWith = (name: string, isRepository: boolean): string => {
  const root = join(TEMP, name)
  if (isRepository) checkout(root, base)
  else mkdirSync(root)
  checkout(join(root, 'pr'), head)
  checkout(join(root, 'main'), base)
  symlinkSync('pr', join(root, 'link'))
  mkdirSync(join(root, 'mine'))
  writeFileSync(join(root, 'mine', 'Dockerfile'), FILES.Dockerfile)
  symlinkSync('../pr/Dockerfile', join(root, 'mine', 'Linked'))
  return root
}

let count = 0
const measure = async (workspace: string, inputs: Record<string, string>, baked = '', run?: object) => {
  count += 1
  const calls = join(TEMP, `calls-${count}`)
  const end = await runAction({
    eventName: run ? 'workflow_run' : 'pull_request_target',
    payload: {
      repository: { full_name: 'octo/app' },
      ...(run
        ? { workflow_run: run }
        : {
            pull_request: {
              number: 7,
              head: { sha: head, ref: 'feature', repo: { full_name: 'fork/app' } },
              base: { sha: base, ref: 'main', repo: { full_name: 'octo/app' } },
            },
          }),
    },
    apiUrl: 'http://127.0.0.1:9',
    workspace,
    sha: base,
    inputs: { comment: 'never', 'github-token': '', ...inputs },
    environment: {
      PATH: `${BIN}:${process.env.PATH}`,
      CALLS: calls,
      BAKED: baked,
      GIT_CONFIG_GLOBAL: '/dev/null',
    },
  })
  const errors = end.commands.filter(({ name }) => name === 'error').map(({ message }) => message)
  return { errors, asked: existsSync(calls), end }
}

const bakedWith = (target: object): string =>
  JSON.stringify({ group: { default: { targets: ['app'] } }, target: { app: target } })

for (const isRepository of [true, false]) {
  const where = isRepository ? 'beside the base commit' : 'in a workspace that is no repository'
  test(`pull_request_target ${where}: a build that reads the pull request’s checkout is refused`, async () => {
    const workspace = workspaceWith(`refused-${isRepository}`, isRepository)
    const refused: readonly (readonly [Record<string, string>, string])[] = [
      [{ context: 'pr' }, 'pr'],
      [{ context: 'link' }, 'pr'],
      [{ context: 'main', file: 'pr/Dockerfile' }, 'pr'],
      [{ context: 'main', file: 'mine/Linked' }, 'pr'],
      [{ context: 'main', 'build-contexts': 'more=./pr' }, 'pr'],
      [{ context: '', 'bake-file': 'pr/docker-bake.hcl' }, 'pr'],
      ...(isRepository ? [] : [[{ context: 'mine' }, 'mine'] as const]),
    ]
    for (const [inputs, folder] of refused) {
      const { errors, asked } = await measure(workspace, inputs)
      const says = `^pull_request_target: not built, because .*"${folder}".* is not the base commit`
      assert.match(errors.join(), new RegExp(says), JSON.stringify(inputs))
      assert.equal(asked, false, `docker was asked: ${JSON.stringify(inputs)}`)
    }
  })
}

test('what a bake target names is looked at as well, before anything is built', async () => {
  const workspace = workspaceWith('baked', true)
  for (const target of [
    { context: 'pr', dockerfile: 'Dockerfile' },
    { context: 'main', dockerfile: '../pr/Dockerfile' },
    { context: 'main', contexts: { more: 'pr' } },
  ]) {
    const { errors } = await measure(
      workspace,
      { context: '', 'bake-file': 'docker-bake.hcl' },
      bakedWith(target),
    )
    assert.match(errors.join(), /not built, because the checkout of "pr" is not the base commit/)
  }
})

test('after the run of a pull request, the default branch’s commit alone is built', async () => {
  const workspace = workspaceWith('after-a-run', true)
  const run = { id: 5, event: 'pull_request', head_sha: head }
  const { errors } = await measure(workspace, { context: 'pr' }, '', run)
  assert.match(
    errors.join(),
    /^workflow_run: not built, because the checkout of "pr" is not the default branch/,
  )
  const own = await measure(workspace, { context: 'pr' }, '', { ...run, event: 'push' })
  assert.equal(own.asked, true, own.end.stdout)
})

test('the base commit is built as before: a folder of it, and where it is checked out beside others', async () => {
  const workspace = workspaceWith('allowed', true)
  const beside = workspaceWith('allowed-beside', false)
  for (const [root, inputs, baked] of [
    [workspace, { context: '.' }, ''],
    [workspace, { context: 'app' }, ''],
    [workspace, { context: 'main/app', file: 'Dockerfile' }, ''],
    [beside, { context: 'main' }, ''],
    [workspace, { context: '', 'bake-file': 'docker-bake.hcl' }, bakedWith({ context: 'app' })],
  ] as const) {
    const { errors, asked } = await measure(root, inputs, baked)
    assert.equal(asked, true, `${JSON.stringify(inputs)}: ${errors}`)
    assert.doesNotMatch(errors.join(), /not built/)
  }
})

test('a submodule is built at the commit that the base names for it, and at no other', async () => {
  const root = join(TEMP, 'with-submodule')
  const outer = makeRepository(root)
  outer.run('submodule', 'add', '-q', `file://${ORIGIN}`, 'sub')
  const before = base
  try {
    base = outer.commit('Begin', FILES)
    const allowed = await measure(root, { context: 'sub' })
    assert.equal(allowed.asked, true, allowed.errors.join())
    outer.run('-C', 'sub', 'checkout', '-q', '--detach', before)
    const { errors, asked } = await measure(root, { context: 'sub' })
    assert.match(errors.join(), /the checkout of "sub" is not the base commit/)
    assert.equal(asked, false)
  } finally {
    base = before
  }
})
