/** The measuring half as a process, on the example's images: labels, loosened budgets, baselines, servers and proxies. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect as connectTo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { after, type TestContext, test } from 'node:test'
import { makeRepository, type Repository, temporaryDirectory } from './build/support/git-repository.ts'
import {
  type FakeGitHub,
  type FakeOptions,
  startFakeGitHub,
} from './support/fake-github/start-fake-github.ts'
import { type ActionEnd, type ActionStart, runAction } from './support/run-action.ts'

const TEMP = temporaryDirectory('action')
after(() => rmSync(TEMP, { recursive: true, force: true }))
const IMAGES = join(import.meta.dirname, '..', 'examples', 'images')
const image = (name: 'base' | 'head'): string => `oci-dir://${join(IMAGES, name)}`
const BOTH = { image: image('head'), 'base-image': image('base'), name: 'api' }

const start = async (t: TestContext, options: FakeOptions = {}): Promise<FakeGitHub> => {
  const fake = await startFakeGitHub(options)
  t.after(async () => {
    await fake.stop()
    assert.deepEqual(fake.problems, [])
  })
  return fake
}

interface Commits {
  readonly repository: Repository
  readonly base: string
  readonly head: string
}

let count = 0
const commits = (before: Record<string, string>, now: Record<string, string>): Commits => {
  count += 1
  const repository = makeRepository(join(TEMP, `repository-${count}`))
  const base = repository.commit('Begin', { 'README.md': 'one\n', ...before })
  return { repository, base, head: repository.commit('Change', { 'README.md': 'two\n', ...now }) }
}

const payloadOf = ({ base, head }: Omit<Commits, 'repository'>, labels: readonly string[] = []): object => ({
  repository: { full_name: 'octo/app' },
  pull_request: {
    number: 7,
    labels: labels.map(name => ({ name })),
    head: { sha: head, ref: 'feature', repo: { full_name: 'octo/app' } },
    base: { sha: base, ref: 'main', repo: { full_name: 'octo/app' } },
  },
})

const review = (made: Commits, fake: FakeGitHub, more: Partial<ActionStart> = {}): Promise<ActionEnd> => {
  fake.state.headSha = made.head
  return runAction({
    eventName: 'pull_request',
    payload: payloadOf(made),
    apiUrl: fake.url,
    workspace: made.repository.root,
    sha: made.head,
    inputs: BOTH,
    ...more,
  })
}

const named = (end: ActionEnd, name: string): readonly string[] =>
  end.commands.filter(command => command.name === name).map(({ message }) => message)

const OVER = { ...BOTH, 'max-increase': '20 MB', 'accept-label': 'size-ok' }

for (const [what, labels, now, status] of [
  ['the label when the event happened', ['size-ok'], [], 0],
  ['the label now, as in a run that is repeated', [], ['other', 'size-ok'], 0],
  ['another label', ['size-okay'], ['other'], 1],
] as const) {
  test(`accept-label: with ${what} the check ${status === 0 ? 'warns' : 'fails'}`, async t => {
    const fake = await start(t, { labels: now })
    const made = commits({}, {})
    const end = await review(made, fake, { payload: payloadOf(made, labels), inputs: OVER })
    assert.equal(end.status, status, end.stdout + end.stderr)
    const { body } = fake.comments[0]!
    if (status === 1) {
      assert.match(body, /^## ❌/m)
      assert.doesNotMatch(body, /Accepted/)
      return
    }
    assert.match(body, /^## ⚠️ .*over budget \(does not fail the check\)/m)
    assert.match(
      body,
      /Accepted by the label `size-ok`, which only people with the triage, write, maintain or admin role can set/,
    )
    assert.match(named(end, 'warning').join(), /over the budget max-increase/)
    assert.deepEqual(
      [named(end, 'error').filter(text => /over the budget/.test(text)), end.outputs.passed],
      [[], 'true'],
    )
  })
}

test('accept-label: a check that passes asks nobody for labels', async t => {
  const fake = await start(t)
  const made = commits({}, {})
  await review(made, fake, { inputs: { ...OVER, 'max-increase': '200 MB' } })
  assert.equal(fake.requests.filter(({ route }) => route === 'pull').length, 1)
})

const FILE = '.github/plimsoll.yml'

test('a budget that the pull request raises in the configuration file is shown beside the one before', async t => {
  const fake = await start(t)
  const made = commits(
    { [FILE]: 'max-increase: 20 MB\nmax-size: 90 MB\n' },
    { [FILE]: 'max-increase: 400 MB\n' },
  )
  const end = await review(made, fake)
  assert.equal(end.status, 0)
  for (const text of [fake.comments[0]!.body, end.summary]) {
    assert.match(text, /`max-increase` is loosened by the same change: 20 MB → 400 MB here\./)
    assert.match(text, /`max-size` is loosened by the same change: 90 MB → none here\./)
  }
})

test('a budget that stays or gets tighter is no news', async t => {
  const fake = await start(t)
  const made = commits(
    { [FILE]: 'max-increase: 400 MB\n' },
    { [FILE]: 'max-increase: 300 MB\nmax-size: 1 GB\n' },
  )
  await review(made, fake)
  assert.doesNotMatch(fake.comments[0]!.body, /loosened/)
})

test('a budget that the pull request raises in the workflow is shown too', async t => {
  const fake = await start(t)
  const path = '.github/workflows/image.yml'
  const workflow = (limit: string): string =>
    `on: pull_request\njobs:\n  image:\n    steps:\n      - uses: actions/checkout@v7\n      - uses: owner/plimsoll@v1\n        id: image\n        with:\n          max-increase: ${limit}\n`
  const made = commits({ [path]: workflow('20 MB') }, { [path]: workflow('10% and 400 MB') })
  await review(made, fake, {
    inputs: { ...BOTH, 'max-increase': '10% and 400 MB' },
    environment: {
      GITHUB_WORKFLOW_REF: `octo/app/${path}@refs/pull/7/merge`,
      GITHUB_JOB: 'image',
      GITHUB_ACTION: 'image',
      GITHUB_ACTION_REPOSITORY: 'owner/plimsoll',
    },
  })
  assert.match(
    fake.comments[0]!.body,
    /`max-increase` is loosened by the same change: 20 MB → 10 % and 400 MB here\./,
  )
})

test('a push saves its report, and the next run compares with it; another image of the repository has its own', async t => {
  const fake = await start(t)
  const made = commits({}, {})
  const folder = join(TEMP, 'baselines')
  const push = (sha: string, which: 'base' | 'head', name = 'api'): Promise<ActionEnd> => {
    made.repository.run('switch', '-q', '--detach', sha)
    const payload = { before: made.base, repository: { full_name: 'octo/app' } }
    const inputs = { image: image(which), name, 'baseline-dir': folder }
    return review(made, fake, { eventName: 'push', payload, inputs, sha })
  }
  const first = await push(made.base, 'base')
  assert.equal(first.outputs['base-size'], '')
  assert.ok(existsSync(first.outputs.baseline!), first.stdout)
  assert.equal((await push(made.head, 'base', 'other')).outputs['base-size'], '')
  assert.equal(readdirSync(folder).length, 2)
  assert.deepEqual(fake.requests, [])
  const inputs = { image: image('base'), name: 'api', 'baseline-dir': folder, baseline: 'saved' }
  const compared = await review(made, fake, { inputs })
  assert.equal(compared.outputs['size-diff'], '0', compared.stdout)
  assert.equal(compared.outputs.baseline, '')
  assert.match(compared.summary, /measured earlier/)
})

test('mode baseline is not for pull requests', async t => {
  const fake = await start(t)
  const end = await review(commits({}, {}), fake, { inputs: { ...BOTH, mode: 'baseline' } })
  assert.equal(end.status, 1)
  assert.match(named(end, 'error').join(), /mode: "baseline" is for what was merged/)
})

test('a server of one’s own: the API and GraphQL are where GITHUB_API_URL says', async t => {
  const fake = await start(t, {
    basePath: '/api/v3',
    comments: [{ body: `<!-- plimsoll v=1 key=default run=1.1 head=${'1'.repeat(40)} -->\nold` }],
  })
  const end = await review(commits({}, {}), fake, {
    environment: { GITHUB_SERVER_URL: 'https://git.example.test' },
  })
  assert.equal(end.status, 0, end.stdout)
  assert.deepEqual(
    fake.requests.map(({ path }) => path.replace(/\?.*/, '')),
    [
      '/api/v3/repos/octo/app/issues/7/comments',
      '/api/graphql',
      '/api/v3/repos/octo/app/issues/comments/1001',
      '/api/v3/repos/octo/app/issues/comments/1001',
    ],
  )
  assert.match(fake.comments[0]!.body, /https:\/\/git\.example\.test\/octo\/app\/actions\/runs/)
})

/** A proxy that knows one host: the stand-in, under a name that nothing else resolves. */
const startProxy = async (
  t: TestContext,
  target: string,
): Promise<{ readonly url: string; readonly asked: string[] }> => {
  const { port } = new URL(target)
  const asked: string[] = []
  const open = new Set<Duplex>()
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(502).end()
  })
  proxy.on('connect', (request, socket, head) => {
    asked.push(request.url ?? '')
    const upstream = connectTo(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(socket).pipe(upstream)
    })
    for (const each of [upstream, socket]) {
      each.on('error', () => upstream.destroy())
      open.add(each)
    }
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const each of open) each.destroy()
    proxy.closeAllConnections()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked }
}

for (const variable of ['HTTP_PROXY', 'http_proxy']) {
  test(`through the proxy of ${variable}, but not for a host of NO_PROXY`, async t => {
    const fake = await start(t, { basePath: '/api/v3' })
    const proxy = await startProxy(t, fake.url)
    const apiUrl = 'http://github.example.test/api/v3'
    const made = commits({}, {})
    await review(made, fake, { apiUrl, environment: { [variable]: proxy.url } })
    assert.ok(proxy.asked.length > 0)
    assert.deepEqual([...new Set(proxy.asked)], ['github.example.test:80'])
    proxy.asked.length = 0
    const without = await review(made, fake, {
      apiUrl,
      environment: { [variable]: proxy.url, NO_PROXY: 'github.example.test' },
    })
    assert.deepEqual(proxy.asked, [])
    assert.equal(without.status, 0)
    assert.match(named(without, 'notice').join(), /GitHub did not answer/)
  })
}
