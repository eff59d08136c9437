/** The built action on a pull request: act runs the workflow, an engine builds, and a stand-in for GitHub's API listens. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { parse } from 'yaml'
import { markerOf, withoutMarker } from '../../src/report/marker.ts'
import type { ImageReport } from '../../src/report/types.ts'
import {
  clone,
  makeRepository,
  openRepository,
  type Repository,
  temporaryDirectory,
} from '../build/support/git-repository.ts'
import { ACTION, type ActResult, type ActStep, runAct } from '../support/act.ts'
import { root } from '../support/engine.ts'
import type { Fault } from '../support/fake-github/faults.ts'
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { needEngine, needProgram } from '../support/need.ts'

const TEMP = temporaryDirectory('act-engine')
after(() => rmSync(TEMP, { recursive: true, force: true }))

/** On every image that these tests build, so that one left behind is found. */
const LABEL = `plimsoll.test=${process.pid}-${Date.now()}`

const DATA_BYTES = 3_000_000
const CACHE_BYTES = 5_000_000
const BASE = `FROM busybox:latest
COPY app /app/
RUN head -c ${DATA_BYTES} /dev/zero > /data
`
/** The base, and a line that leaves a cache behind: lines 4 and 5. */
const withCache = (bytes: number): string => `${BASE}RUN mkdir -p /root/.cache/pip/http && \\
    head -c ${bytes} /dev/zero > /root/.cache/pip/http/body
`

/** What a checkout is to its user: files, index, HEAD, refs, worktrees. Does not refresh the index itself. */
const STATE = [
  'export GIT_OPTIONAL_LOCKS=0',
  'git status --porcelain --untracked-files=all',
  'git rev-parse HEAD && git for-each-ref && git stash list',
  'git worktree list | wc -l && ls .git/worktrees 2>&1 | wc -l',
  'sha256sum .git/index .git/HEAD .git/config',
  'find . -path ./.git -prune -o -path ./reports -prune -o -type f -print | sort | xargs sha256sum',
].join('\n')

/** A smaller Dockerfile is looked for in the tests that are about it. */
const WITH_DEFAULTS = { labels: LABEL, network: 'host', context: '.', suggest: 'advice' }

/** A second image in the same job. */
const AGAIN = {
  uses: ACTION,
  id: 'again',
  with: { ...WITH_DEFAULTS, 'comment-key': 'again', target: 'small' },
}

const workflow = ({ inputs = {}, again = false }: Given): string =>
  JSON.stringify({
    on: 'pull_request',
    jobs: {
      image: {
        'runs-on': 'ubuntu-latest',
        steps: [
          { uses: 'actions/checkout@v7' },
          { id: 'before', run: STATE },
          { uses: ACTION, id: 'image', with: { ...WITH_DEFAULTS, ...inputs } },
          ...(again ? [AGAIN] : []),
          { if: 'always()', id: 'after', run: STATE },
          { if: 'always()', id: 'temp', run: 'ls -A "$RUNNER_TEMP"' },
          { if: 'always()', id: 'report', run: `cat '\${{ steps.image.outputs.report-json }}'` },
          { if: 'always()', id: 'markdown', run: `cat '\${{ steps.image.outputs.report-markdown }}'` },
        ],
      },
    },
  })

interface PullRequest {
  readonly repository: Repository
  /** The base branch as it was when the event was made: older than what was merged onto. */
  readonly staleBase: string
  /** What the merge commit stands on. */
  readonly base: string
  /** The pull request's own tip. */
  head: string
}

interface Given {
  readonly inputs?: Readonly<Record<string, string>>
  readonly base?: string
  readonly head?: string
  readonly again?: boolean
}

let count = 0

/** A repository whose HEAD is the merge commit that GitHub would have made. */
const openPullRequest = (given: Given = {}): PullRequest => {
  count += 1
  const repository = makeRepository(join(TEMP, `repository-${count}`))
  repository.commit('Begin', {
    '.github/workflows/image.yml': workflow(given),
    '.dockerignore': '.git\n.github\n',
    '.gitignore': 'reports/\n',
    Dockerfile: given.base ?? BASE,
    'app/main': 'one\n',
  })
  const staleBase = repository.run('rev-parse', 'HEAD').trim()
  repository.run('switch', '-q', '-c', 'feature')
  repository.run('switch', '-q', 'main')
  const base = repository.commit('Change something else', { 'README.md': 'Read me\n' })
  const pullRequest = { repository, staleBase, base, head: '' }
  push(pullRequest, given.head ?? withCache(CACHE_BYTES))
  return pullRequest
}

/** A new commit on the pull request, and the merge commit for it. */
const push = (pullRequest: PullRequest, dockerfile: string): void => {
  const { repository, base } = pullRequest
  repository.run('switch', '-q', 'feature')
  pullRequest.head = repository.commit('Change the image', { Dockerfile: dockerfile })
  repository.run('switch', '-q', '--detach', base)
  repository.run('merge', '-q', '--no-ff', '-m', `Merge ${pullRequest.head} into ${base}`, 'feature')
}

const eventOf = ({ staleBase, head }: PullRequest, headRepository = 'octo/app'): unknown => ({
  action: 'synchronize',
  number: 7,
  repository: { full_name: 'octo/app' },
  pull_request: {
    number: 7,
    head: { ref: 'feature', sha: head, repo: { full_name: headRepository } },
    base: { ref: 'main', sha: staleBase, repo: { full_name: 'octo/app' } },
  },
})

interface Run extends ActResult {
  readonly step: ActStep
  readonly text: (id: string) => string
}

interface Asked {
  readonly fake: FakeGitHub
  readonly runId: string
  readonly host: string
  readonly headRepository?: string
  readonly environment?: Readonly<Record<string, string>>
}

const docker = (host: string, ...args: readonly string[]): string =>
  execFileSync('docker', ['-H', host, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const labelled = (host: string): string =>
  docker(host, 'images', '--all', '--quiet', '--filter', `label=${LABEL}`)

const outputNames = Object.keys(
  (parse(readFileSync(join(root, 'action.yml'), 'utf8')) as { outputs: object }).outputs,
)

/** Runs the workflow, and holds what every run must keep: checkout, temp folder, engine, all outputs, no odd request. */
const runAction = async (pullRequest: PullRequest, asked: Asked): Promise<Run> => {
  const { fake, runId, host, headRepository, environment = {} } = asked
  fake.state.headSha = pullRequest.head
  const result = await runAct({
    folder: pullRequest.repository.root,
    event: eventOf(pullRequest, headRepository),
    apiUrl: fake.url,
    runId,
    environment: { DOCKER_HOST: host, ...environment },
  })
  const find = (id: string): ActStep =>
    result.steps.find(step => step.id === id) ?? assert.fail(`no step ${id}: ${result.output.slice(-3000)}`)
  const text = (id: string): string => find(id).output
  const step = find('image')
  assert.deepEqual(Object.keys(step.outputs).sort(), [...outputNames].sort())
  assert.equal(text('after'), text('before'), 'the checkout is as it was')
  assert.match(text('temp'), /^(plimsoll(-\d+)?\s+)*$/, 'nothing but the reports is left')
  assert.equal(labelled(host), '', 'no image is left')
  assert.deepEqual(fake.problems, [])
  return { ...result, step, text }
}

/** An engine, act and a stand-in for GitHub; null after the test was skipped. */
const open = async (
  t: TestContext,
  faults: readonly Fault[] = [],
): Promise<{ readonly host: string; readonly fake: FakeGitHub } | null> => {
  const host = needEngine(t, 'modern')
  if (!host || !needProgram(t, 'docker') || !needProgram(t, 'act')) return null
  const fake = await startFakeGitHub({ faults })
  t.after(() => fake.stop())
  return { host, fake }
}

const writes = (fake: FakeGitHub): readonly (string | null)[] =>
  fake.requests
    .map(({ route }) => route)
    .filter(route => route === 'create' || route === 'update' || route === 'delete')

const named = (step: ActStep, name: string) => step.commands.filter(command => command.name === name)

test('the first run creates one comment, the next one updates it, and one with nothing new writes nothing', async t => {
  const world = await open(t)
  if (!world) return
  const { fake } = world
  const pullRequest = openPullRequest({ inputs: { 'max-increase': '20 MB' } })

  const first = await runAction(pullRequest, { ...world, runId: '101' })
  assert.equal(first.step.result, 'success', first.output.slice(-3000))
  assert.deepEqual(writes(fake), ['create'])
  const [comment] = fake.comments
  assert.deepEqual(markerOf(comment!.body), { key: 'default', run: '101.1', head: pullRequest.head })
  assert.match(comment!.body, /\+5\.0 MB/)
  assert.match(comment!.body, /pip cache/)
  const { outputs } = first.step
  const report = JSON.parse(first.text('report')) as ImageReport
  const { content, leftovers } = report.size
  assert.equal(leftovers, CACHE_BYTES)
  assert.deepEqual(
    {
      ...outputs,
      'report-json': '',
      'report-markdown': '',
      'report-html': '',
      'report-sarif': '',
      imageid: '',
      json: '',
    },
    {
      size: String(content),
      'base-size': String(content - CACHE_BYTES),
      'size-diff': String(CACHE_BYTES),
      'size-diff-percent': ((100 * CACHE_BYTES) / (content - CACHE_BYTES)).toFixed(2),
      'leftover-size': String(CACHE_BYTES),
      findings: '1',
      passed: 'true',
      'base-sha': pullRequest.base,
      'comment-id': String(comment!.id),
      'comment-written': 'true',
      baseline: '',
      imageid: '',
      json: '',
      'report-json': '',
      'report-markdown': '',
      'report-html': '',
      'report-sarif': '',
    },
  )
  assert.match(outputs['report-html']!, /\/report\.html$/)
  assert.match(outputs['report-sarif']!, /\/report\.sarif$/)
  assert.match(outputs.imageid!, /^sha256:[0-9a-f]{64}$/)
  assert.equal(JSON.parse(outputs.json!).verdict, 'pass')
  assert.equal(first.step.summary.trim(), first.text('markdown').trim())
  assert.match(first.step.summary, /first parent of the merge commit/)

  push(pullRequest, withCache(CACHE_BYTES + 1_000_000))
  const second = await runAction(pullRequest, { ...world, runId: '102' })
  assert.deepEqual(writes(fake), ['create', 'update'])
  assert.equal(second.step.outputs['comment-id'], outputs['comment-id'])
  assert.equal(second.step.outputs['base-sha'], pullRequest.base)
  assert.match(fake.comments[0]!.body, /\+6\.0 MB/)
  assert.equal(markerOf(fake.comments[0]!.body)?.run, '102.1')

  const third = await runAction(pullRequest, { ...world, runId: '103' })
  assert.deepEqual(writes(fake), ['create', 'update'])
  assert.equal(third.step.outputs['comment-written'], 'true')
  assert.equal(third.step.outputs['comment-id'], outputs['comment-id'])
  assert.equal(fake.comments.length, 1)
})

const OVER_BUDGET = { 'max-increase': '4 MB', 'report-dir': 'reports' }

/** What a run says, but for the comment and the folder it ran in. */
const said = ({ status, step }: Run): object => {
  const { 'comment-id': id, 'comment-written': written, ...outputs } = step.outputs
  const folder = outputs['report-json']!.replace(/report\.json$/, '')
  return {
    status,
    result: step.result,
    outputs: JSON.parse(JSON.stringify(outputs).replaceAll(folder, '')),
    summary: step.summary,
    notes: step.commands.filter(({ name }) => name === 'error' || name === 'warning'),
  }
}

test('over budget the step fails, with every output, the summary and notes at lines of the Dockerfile', async t => {
  const world = await open(t)
  if (!world) return
  const pullRequest = openPullRequest({ inputs: { 'max-increase': '4 MB' } })
  const run = await runAction(pullRequest, { ...world, runId: '201' })
  const { step } = run
  assert.deepEqual([run.status, step.result], [1, 'failure'])
  assert.equal(step.outputs.passed, 'false')
  assert.equal(step.outputs['size-diff'], String(CACHE_BYTES))
  // nothing is saved on a pull request, so there is no `baseline`
  for (const name of outputNames) assert.equal(step.outputs[name] === '', name === 'baseline', name)
  assert.equal(JSON.parse(step.outputs.json!).verdict, 'fail')
  assert.match(step.summary, /max-increase|over budget/i)
  assert.match(world.fake.comments[0]!.body, /over budget/)
  const where = { file: 'Dockerfile', line: '4', endLine: '5' }
  const [error, ...more] = named(step, 'error').filter(({ properties }) => properties.file)
  assert.deepEqual(more, [])
  const { title, ...place } = error!.properties
  assert.deepEqual(place, where)
  assert.match(title!, /Over budget/)
  const [warning] = named(step, 'warning')
  assert.deepEqual({ ...warning!.properties, title: '' }, { ...where, title: '' })
  assert.match(warning!.message, /pip cache/)
  assert.equal(named(step, 'error').length, 2, 'the line, and why the step failed')
})

test('a comment that is refused changes nothing but a notice', async t => {
  const refusal = { answer: 403, message: 'Resource not accessible by integration' } as const
  const [allowed, refused] = [await open(t), await open(t, [{ on: 'create', does: refusal }])]
  if (!allowed || !refused) return
  const pullRequest = openPullRequest({ inputs: OVER_BUDGET })
  const written = await runAction(pullRequest, { ...allowed, runId: '301' })
  const unwritten = await runAction(pullRequest, { ...refused, runId: '301' })
  assert.equal(refused.fake.comments.length, 0)
  assert.deepEqual(said(unwritten), said(written))
  assert.equal(unwritten.step.outputs['comment-written'], 'false')
  assert.equal(unwritten.step.outputs['comment-id'], '')
  assert.deepEqual(named(written.step, 'notice'), [])
  const [notice, ...more] = named(unwritten.step, 'notice')
  assert.deepEqual(more, [])
  assert.match(notice!.message, /No comment was written: .*may not comment here.*pull-requests: write/)
})

test('a fork’s read-only token: the same verdict and summary, and base-prepare is not run', async t => {
  const refusal = { answer: 403, message: 'Resource not accessible by integration' } as const
  const faults: Fault[] = ['create', 'update', 'delete'].map(on => ({ on: on as Fault['on'], does: refusal }))
  const world = await open(t, faults)
  if (!world) return
  const own = openPullRequest({ inputs: OVER_BUDGET })
  const run = await runAction(own, { ...world, runId: '401', headRepository: 'stranger/app' })
  assert.deepEqual([run.status, run.step.outputs.passed], [1, 'false'])
  assert.match(run.step.summary, /\+5\.0 MB/)
  assert.equal(named(run.step, 'notice').length, 1)

  const prepared = openPullRequest({ inputs: { 'base-prepare': 'touch prepared-by-plimsoll' } })
  const forked = await runAction(prepared, { ...world, runId: '402', headRepository: 'stranger/app' })
  assert.equal(forked.step.outputs['base-size'], '')
  assert.equal(forked.step.outputs['size-diff'], '')
  assert.match(forked.step.summary, /base-prepare is not run for a pull request from a fork/)
})

test('comment: never creates no comment, and keeps one that is there up to date', async t => {
  const world = await open(t)
  if (!world) return
  const pullRequest = openPullRequest({ inputs: { comment: 'never' } })
  const run = await runAction(pullRequest, { ...world, runId: '501' })
  assert.equal(run.step.result, 'success')
  assert.deepEqual(writes(world.fake), [])
  assert.deepEqual(named(run.step, 'notice'), [])
  assert.equal(run.step.outputs['comment-written'], 'false')
  assert.match(run.step.summary, /\+5\.0 MB/)

  const body = `<!-- plimsoll v=1 key=default run=500.1 head=${pullRequest.head} -->\nBefore`
  const fake = await startFakeGitHub({ comments: [{ body }] })
  t.after(() => fake.stop())
  await runAction(pullRequest, { ...world, fake, runId: '502' })
  assert.deepEqual(writes(fake), ['update'])
  assert.match(fake.comments[0]!.body, /\+5\.0 MB/)
})

test('a change of nothing is no comment, and without summary and annotations there are none', async t => {
  const world = await open(t)
  if (!world) return
  const inputs = { summary: 'false', annotations: 'false', 'max-size': '1 MB' }
  const quiet = openPullRequest({ inputs, head: BASE.replace('> /data', '>/data') })
  const run = await runAction(quiet, { ...world, runId: '601' })
  assert.equal(run.step.outputs['size-diff'], '0')
  assert.equal(run.step.summary, '')
  assert.deepEqual(
    named(run.step, 'error').map(({ properties }) => properties.file),
    [undefined],
  )
  const unchanged = openPullRequest({ head: BASE.replace('> /data', '>/data') })
  const second = await startFakeGitHub()
  t.after(() => second.stop())
  await runAction(unchanged, { ...world, fake: second, runId: '602' })
  assert.deepEqual(second.comments, [])
})

test('a clone of depth 1 gets the base commit from its remote', async t => {
  const world = await open(t)
  if (!world) return
  const pullRequest = openPullRequest()
  const merge = pullRequest.repository.run('rev-parse', 'HEAD').trim()
  pullRequest.repository.run('update-ref', 'refs/pull/7/merge', merge)
  const origin = clone(pullRequest.repository.root, join(TEMP, 'origin.git'), '--mirror')
  // as actions/checkout does it
  const shallow = makeRepository(join(TEMP, 'shallow'))
  shallow.run('remote', 'add', 'origin', `file://${origin.root}`)
  shallow.run('fetch', '-q', '--no-tags', '--depth=1', 'origin', `+${merge}:refs/remotes/pull/7/merge`)
  shallow.run('checkout', '-q', '--force', 'refs/remotes/pull/7/merge')
  assert.throws(() => shallow.run('cat-file', '-e', pullRequest.base))
  const run = await runAction(
    { ...pullRequest, repository: openRepository(shallow.root) },
    { ...world, runId: '701' },
  )
  assert.equal(run.step.result, 'success', run.output.slice(-3000))
  assert.equal(run.step.outputs['base-sha'], pullRequest.base)
  assert.equal(run.step.outputs['size-diff'], String(CACHE_BYTES))
})

test('two images in one job have a comment and reports each', async t => {
  const world = await open(t)
  if (!world) return
  const small = 'FROM busybox:latest AS small\nRUN echo small > /small\n'
  const run = await runAction(
    openPullRequest({ base: small + BASE, head: small + withCache(CACHE_BYTES), again: true }),
    { ...world, runId: '901' },
  )
  const again = run.steps.find(({ id }) => id === 'again')
  assert.deepEqual([run.step.result, again?.result], ['success', 'success'], run.output.slice(-3000))
  assert.equal(again!.outputs['size-diff'], '0')
  assert.notEqual(again!.outputs['report-json'], run.step.outputs['report-json'])
  const report = JSON.parse(run.text('report')) as ImageReport
  assert.equal(String(report.size.content), run.step.outputs.size)
  // nothing changed in the second one, so it has no comment yet
  assert.deepEqual(writes(world.fake), ['create'])
})

test('what cannot be reviewed fails the step in one line, with empty outputs and no comment', async t => {
  const world = await open(t)
  if (!world) return
  const cases: readonly (readonly [Given, RegExp])[] = [
    [{ inputs: { 'max-size': '300 M' } }, /^input "max-size": "300 M" is not a size/],
    [{ inputs: { comment: 'sometimes' } }, /^input "comment": "sometimes" is not one of always/],
    [{ head: `${BASE}RUNN echo\n` }, /Dockerfile:4: .*RUNN/],
    [
      { head: `${BASE}RUN exit 3\n` },
      /the image does not build: Dockerfile:4: the command ended with exit code 3/,
    ],
  ]
  for (const [given, says] of cases) {
    const pullRequest = openPullRequest(given)
    const result = await runAct({
      folder: pullRequest.repository.root,
      event: eventOf(pullRequest),
      apiUrl: world.fake.url,
      environment: { DOCKER_HOST: world.host },
    })
    const step = result.steps.find(({ id }) => id === 'image')!
    assert.equal(step.result, 'failure')
    const errors = named(step, 'error')
    assert.equal(errors.length, 1, JSON.stringify(errors))
    assert.match(errors[0]!.message, says)
    assert.doesNotMatch(errors[0]!.message, /\n/)
    for (const name of outputNames)
      assert.equal(step.outputs[name], name === 'passed' || name === 'comment-written' ? 'false' : '', name)
  }
  assert.deepEqual(world.fake.requests, [])
})

test('the comment of an earlier run is found among others, and only its own author’s', async t => {
  const world = await open(t)
  if (!world) return
  const pullRequest = openPullRequest()
  const fake = await startFakeGitHub({
    comments: [
      { author: 'maria', body: 'Looks good' },
      {
        author: 'mallory',
        body: `<!-- plimsoll v=1 key=default run=1.1 head=${'a'.repeat(40)} -->\nAll is well`,
      },
    ],
  })
  t.after(() => fake.stop())
  await runAction(pullRequest, { ...world, fake, runId: '801' })
  assert.equal(fake.comments.length, 3)
  assert.equal(withoutMarker(fake.comments[1]!.body), 'All is well')
})

test('the tests would see an image that is left', async t => {
  const world = await open(t)
  if (!world) return
  const tag = `plimsoll-test-act:${process.pid}`
  const { repository } = openPullRequest()
  docker(world.host, 'buildx', 'build', '-q', '--label', LABEL, '-t', tag, repository.root)
  assert.notEqual(labelled(world.host), '')
  docker(world.host, 'rmi', tag)
  assert.equal(labelled(world.host), '')
})

/** An image whose `apt-get` leaves lists behind, without a network. */
const APT_BASE = `FROM busybox:latest
RUN printf '#!/bin/sh\\nmkdir -p /var/lib/apt/lists && head -c 2000000 /dev/zero > /var/lib/apt/lists/a_Packages\\n' > /bin/apt-get \\
 && chmod +x /bin/apt-get
`
const APT_LINE = 'RUN apt-get update && apt-get install -y curl'

test('suggestions: review writes one review with the edit at its line of the diff, once', async t => {
  const world = await open(t)
  if (!world) return
  const { fake } = world
  const inputs = { suggestions: 'review' }
  const pullRequest = openPullRequest({ inputs, base: APT_BASE, head: `${APT_BASE}${APT_LINE}\n` })
  fake.state.files = [
    {
      filename: 'Dockerfile',
      patch: `@@ -3 +3,2 @@ FROM busybox:latest\n  && chmod +x /bin/apt-get\n+${APT_LINE}`,
    },
  ]
  const first = await runAction(pullRequest, { ...world, runId: '101' })
  assert.equal(first.step.result, 'success', first.output.slice(-3000))
  const [remark] = fake.state.remarks
  assert.deepEqual(
    [fake.state.reviews, remark?.path, remark?.line, remark?.commit],
    [1, 'Dockerfile', 4, pullRequest.head],
  )
  assert.ok(
    remark!.body.endsWith(`\`\`\`suggestion\n${APT_LINE} && rm -rf /var/lib/apt/lists/*\n\`\`\``),
    remark!.body,
  )
  const again = await runAction(pullRequest, { ...world, runId: '102' })
  assert.equal(again.step.result, 'success')
  assert.equal(fake.state.reviews, 1)
  assert.match(again.output, /all of it was suggested before/)
})

test('without being asked for there is no review, and one that is refused is a notice', async t => {
  const world = await open(t, [{ on: 'review', does: { answer: 403, message: 'Resource not accessible' } }])
  if (!world) return
  const { fake } = world
  const files = [
    {
      filename: 'Dockerfile',
      patch: `@@ -3 +3,2 @@ FROM busybox:latest\n  && chmod +x /bin/apt-get\n+${APT_LINE}`,
    },
  ]
  const silent = openPullRequest({ base: APT_BASE, head: `${APT_BASE}${APT_LINE}\n` })
  fake.state.files = files
  await runAction(silent, { ...world, runId: '101' })
  assert.ok(!fake.requests.some(({ route }) => route === 'files' || route === 'review'))
  const asked = openPullRequest({
    inputs: { suggestions: 'review' },
    base: APT_BASE,
    head: `${APT_BASE}${APT_LINE}\n`,
  })
  const { step, output } = await runAction(asked, { ...world, runId: '102' })
  assert.equal(step.result, 'success')
  assert.match(output, /No suggestions were written: the token may not comment here/)
})

test('after the verdict the comment gets the smaller Dockerfile that was built and proved', async t => {
  const world = await open(t)
  if (!world) return
  const pullRequest = openPullRequest({ inputs: { suggest: '' } })
  const { step } = await runAction(pullRequest, { ...world, runId: '901' })
  assert.equal(step.result, 'success', step.output.slice(-3000))
  assert.deepEqual(writes(world.fake), ['create', 'update'], 'the verdict first')
  const { body } = world.fake.comments[0]!
  assert.match(body, /<summary>A smaller Dockerfile: −5\.0 MB, built and checked<\/summary>/)
  assert.match(body, /^\+FROM busybox:latest$/m)
  assert.match(body, /nothing of it was run/)
  assert.match(step.summary, /### A smaller Dockerfile: −5\.0 MB/)
})

test('a smaller Dockerfile that takes too long leaves the advice and no trace', async t => {
  const world = await open(t)
  if (!world) return
  const pullRequest = openPullRequest({ inputs: { suggest: 'verified', 'fix-timeout': '1s' } })
  const { step } = await runAction(pullRequest, { ...world, runId: '902' })
  assert.equal(step.result, 'success', step.output.slice(-3000))
  assert.deepEqual(writes(world.fake), ['create'])
  const { body } = world.fake.comments[0]!
  assert.doesNotMatch(body, /smaller Dockerfile/)
  assert.match(body, /pip cache/)
  assert.match(step.output, /longer than 1 s \("fix-timeout"\)/)
})
