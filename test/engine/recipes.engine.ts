/** The README's two workflows for forks, as they are written there, run by act; only GitHub's own actions are stand-ins. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { markerOf } from '../../src/report/marker.ts'
import { makeRepository, temporaryDirectory } from '../build/support/git-repository.ts'
import { runAct } from '../support/act.ts'
import { root } from '../support/engine.ts'
import type { Fault } from '../support/fake-github/faults.ts'
import { startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { needEngine, needProgram } from '../support/need.ts'

const TEMP = temporaryDirectory('recipes')
after(() => rmSync(TEMP, { recursive: true, force: true }))

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const [measure = '', comment = ''] = [
  ...readme
    .slice(readme.indexOf('<!-- forks -->'), readme.indexOf('<!-- /forks -->'))
    .matchAll(/```yaml\n([\s\S]*?)```/g),
].map(match => match[1]!)

/** Copies from and to a folder, as the artifact service would. */
const standIns = (artifacts: string): Record<string, string> => {
  const upload = `mkdir -p '${artifacts}' && rm -rf "${artifacts}/$NAME" && cp -r "$FROM" "${artifacts}/$NAME"`
  const download = `mkdir -p "$INTO" && cp -r '${artifacts}'/$PATTERN "$INTO"/`
  const make = (name: string, inputs: readonly string[], env: object, run: string): string => {
    const folder = join(TEMP, name)
    mkdirSync(folder, { recursive: true })
    const action = {
      name,
      description: name,
      inputs: Object.fromEntries(inputs.map(input => [input, { description: input }])),
      runs: { using: 'composite', steps: [{ shell: 'bash', env, run }] },
    }
    writeFileSync(join(folder, 'action.yml'), JSON.stringify(action))
    return folder
  }
  const input = (name: string): string => ['$', `{{ inputs.${name} }}`].join('')
  const uploading = make(
    'upload',
    ['name', 'path', 'retention-days'],
    { NAME: input('name'), FROM: input('path') },
    upload,
  )
  const downloading = make(
    'download',
    ['pattern', 'path', 'run-id', 'github-token'],
    { PATTERN: input('pattern'), INTO: input('path') },
    download,
  )
  const named = (action: string): string => new RegExp(`${action}@[0-9a-f]{40}`).exec(measure + comment)![0]
  return {
    [named('actions/upload-artifact')]: uploading,
    [named('actions/download-artifact')]: downloading,
    [`OWNER/plimsoll@${'0'.repeat(40)}`]: 'plimsoll',
  }
}

const refusal = { answer: 403, message: 'Resource not accessible by integration' } as const
const READ_ONLY: Fault[] = ['create', 'update', 'delete'].map(on => ({
  on: on as Fault['on'],
  does: refusal,
}))

for (const isFork of [true, false]) {
  test(`the README’s workflows: ${isFork ? 'a fork’s pull request gets its comment from the second' : 'the first comments, and the second has nothing to do'}`, async t => {
    const host = needEngine(t, 'modern')
    if (!host || !needProgram(t, 'docker') || !needProgram(t, 'act')) return
    const place = join(TEMP, isFork ? 'fork' : 'own')
    const repository = makeRepository(place)
    const workflows = {
      '.github/workflows/image.yml': measure,
      '.github/workflows/image-comment.yml': comment,
    }
    const file = (bytes: number): Record<string, string> => ({ data: 'x'.repeat(bytes) })
    const base = repository.commit('Begin', {
      ...workflows,
      Dockerfile: 'FROM scratch\nCOPY data /\n',
      ...file(1e6),
    })
    repository.run('switch', '-q', '-c', 'feature')
    const head = repository.commit('Grow', file(25e6))
    repository.run('switch', '-q', '--detach', base)
    repository.run('merge', '-q', '--no-ff', '-m', 'Merge', 'feature')
    const headRepo = isFork ? 'stranger/app' : 'octo/app'
    const actions = standIns(join(place, '..', `artifacts-${isFork}`))
    const environment = { DOCKER_HOST: host }

    const first = await startFakeGitHub({ headSha: head, headRepo, faults: isFork ? READ_ONLY : [] })
    t.after(() => first.stop())
    const measured = await runAct({
      folder: place,
      event: {
        number: 7,
        repository: { full_name: 'octo/app' },
        pull_request: {
          number: 7,
          head: { ref: 'feature', sha: head, repo: { full_name: headRepo } },
          base: { ref: 'main', sha: base, repo: { full_name: 'octo/app' } },
        },
      },
      apiUrl: first.url,
      runId: '55',
      environment,
      actions,
    })
    assert.equal(measured.status, 1, 'over budget in both')
    assert.equal(first.comments.length, isFork ? 0 : 1, measured.output.slice(-3000))

    const second = await startFakeGitHub({ headSha: head, headRepo })
    t.after(() => second.stop())
    const published = await runAct({
      folder: place,
      eventName: 'workflow_run',
      event: {
        action: 'completed',
        repository: { id: 1, full_name: 'octo/app' },
        workflow_run: {
          id: 55,
          run_attempt: 1,
          event: 'pull_request',
          head_sha: head,
          head_branch: 'feature',
          head_repository: { full_name: headRepo },
          pull_requests: [],
        },
      },
      apiUrl: second.url,
      runId: '56',
      environment,
      actions,
    })
    assert.equal(published.status, 0, published.output.slice(-3000))
    assert.equal(second.comments.length, isFork ? 1 : 0)
    assert.deepEqual([...first.problems, ...second.problems], [])
    if (!isFork) return
    const { body } = second.comments[0]!
    assert.deepEqual(markerOf(body), { key: 'default', run: '55.1', head })
    assert.match(body, /## ❌ Image size: 25\.0 MB \(\+24\.0 MB/)
  })
}
