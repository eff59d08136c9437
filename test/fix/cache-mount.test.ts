/** Where a cache is mounted is what an image says, or what is usual for root and nothing speaks against. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { applyEdits } from '../../src/fix/edit.ts'
import { inPlaceEdits, type LineFacts, NO_FACTS } from '../../src/fix/rewrites/index.ts'
import { suggestEdits } from '../../src/fix/suggest.ts'
import { line, makeFinding } from '../support/report-factory.ts'

const rewrite = (text: string, facts: Partial<LineFacts> = {}): string =>
  applyEdits(text, inPlaceEdits(text, parseDockerfile(text, 'Dockerfile'), { ...NO_FACTS, ...facts }))

const onlyOf =
  (wanted: string) =>
  (rule: string): boolean =>
    rule === wanted

test('the folder is the one in which something was found, with any base image and variable', () => {
  const text = 'FROM ghcr.io/example/base\nENV CARGO_TARGET_DIR=/t\nRUN cargo build\n'
  const facts = { left: onlyOf('cargo-registry'), isBuildKit: true }
  assert.equal(rewrite(text, facts), text)
  assert.equal(
    rewrite(text, { ...facts, folders: () => ['/root/.cargo/registry', '/root/.cargo/git'] }),
    text.replace(
      'RUN ',
      'RUN --mount=type=cache,target=/root/.cargo/registry --mount=type=cache,target=/root/.cargo/git ',
    ),
  )
  for (const folder of [
    '/root',
    '/root/.cache',
    '/home/app/.cargo/registry',
    '/',
    '/root/.cargo/../x',
    'cargo',
  ])
    assert.equal(rewrite(text, { ...facts, folders: () => [folder] }), text, folder)
  assert.equal(rewrite(text, { ...facts, isBuildKit: null, folders: () => ['/root/.cargo/registry'] }), text)
})

test('archives that apt keeps are mounted with a lock, and only where they were found', () => {
  const text = 'FROM debian\nRUN apt-get install -y curl\n'
  const facts = { left: onlyOf('apt-archives'), isBuildKit: true }
  assert.equal(rewrite(text, facts), text)
  assert.match(
    rewrite(text, { ...facts, folders: () => ['/var/cache/apt'] }),
    /^RUN --mount=type=cache,target=\/var\/cache\/apt,sharing=locked apt-get/m,
  )
})

test('what speaks of the cache, another user, and what reads it later leave it where it is', () => {
  for (const [before, run, after = ''] of [
    ['USER app', 'go build'],
    ['ENV HOME=/tmp', 'go build'],
    ['ENV XDG_CACHE_HOME=/c', 'go build'],
    ['ENV A=b', 'go build && rm -rf /root/.cache'],
    ['ENV A=b', 'go build || true'],
    ['ENV A=b', 'go build', 'COPY --from=0 /root/.cache/go-build /c'],
    ['ENV A=b', '--mount=type=cache,target=/root/.cache go build'],
    ['ENV A=b', '--mount=type=cache,dst=/root go build'],
  ] as const) {
    const text = `# syntax=docker/dockerfile:1\nFROM golang\n${before}\nRUN ${run}\n${after}`
    assert.equal(rewrite(text, { left: onlyOf('go-build-cache') }), text, run)
  }
  const modules = '# syntax=docker/dockerfile:1\nFROM golang\nRUN go mod download\nRUN go build\n'
  assert.doesNotMatch(rewrite(modules, { left: onlyOf('go-module-cache') }), /RUN --mount\S* go mod/)
})

test('a suggestion mounts the folder of the finding', () => {
  const finding = makeFinding({
    rule: 'uv-cache',
    subject: '/root/.cache/uv',
    bytes: 9e6,
    line: line(3),
  })
  const text = 'FROM python\nCOPY --link . .\nRUN uv sync\n'
  assert.deepEqual(
    suggestEdits(text, 'Dockerfile', [finding]).map(({ after }) => after),
    [['RUN --mount=type=cache,target=/root/.cache/uv uv sync']],
  )
})
