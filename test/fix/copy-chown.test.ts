/** What the text alone does not say, and an image does; what the text says against it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { applyEdits } from '../../src/fix/edit.ts'
import { lineFacts } from '../../src/fix/line-facts.ts'
import { inPlaceEdits, type LineFacts, NO_FACTS } from '../../src/fix/rewrites/index.ts'
import { withoutCommand } from '../../src/fix/rewrites/remove-command.ts'
import { makeEvidence, makeScene } from '../support/make-scene.ts'
import { file, type MadeEntry } from '../support/make-tar.ts'

const rewrite = (text: string, facts: Partial<LineFacts> = {}): string =>
  applyEdits(text, inPlaceEdits(text, parseDockerfile(text, 'Dockerfile'), { ...NO_FACTS, ...facts }))

const TEXT = `FROM ghcr.io/example/base
WORKDIR /srv/app
COPY list.txt .
RUN fetch list.txt
COPY . .
RUN chown -R app:app /srv/app
`
const CHANGED = `FROM ghcr.io/example/base
WORKDIR /srv/app
COPY --chown=app:app list.txt .
RUN fetch list.txt
COPY --chown=app:app . .
RUN chown app:app /srv/app
`

test('an image that was looked at says what no text does: what a RUN wrote, and what the base has', () => {
  const facts = { wrote: () => false, baseHas: () => false }
  assert.equal(rewrite(TEXT), TEXT)
  assert.equal(rewrite(TEXT, facts), CHANGED)
  for (const path of ['/srv/app', '/etc/passwd', '/etc/group'])
    assert.equal(rewrite(TEXT, { ...facts, wrote: (_, at) => at === path }), TEXT, path)
  assert.equal(rewrite(TEXT, { ...facts, baseHas: path => path === '/srv/app' }), TEXT)
  assert.equal(rewrite(TEXT, { ...facts, left: rule => rule !== 'layer-waste' }), TEXT)
})

test('a user that an instruction before the files makes is there, whatever packages come later', () => {
  const text = (user: string, owner: string) =>
    `FROM debian\nRUN ${user}\nCOPY . /app\nRUN apt-get install -y git\nRUN chown -R ${owner} /app\n`
  for (const [user, owner, expected] of [
    ['useradd -m app', 'app:app', true],
    ['groupadd g && useradd -g g app', 'app:g', true],
    ['groupadd g && useradd -g g app', 'app:app', false],
    ['adduser --system app', 'app:app', false],
    ['adduser --system app', 'app', true],
    ['useradd other', 'app:app', false],
    ['useradd other', '1000:1000', true],
  ] as const)
    assert.equal(rewrite(text(user, owner)).includes('--chown='), expected, `${user}, ${owner}`)
})

test('folders, users and volumes that the builder treats otherwise stay with their chown', () => {
  for (const between of [
    'USER app',
    'VOLUME /app/data',
    'SHELL ["/bin/bash", "-c"]',
    'RUN mkdir -p /app/logs',
    'RUN mkdir logs',
    'RUN cd /app; make',
    'RUN --mount=type=cache,target=/root/.npm npm ci',
    'WORKDIR /app/sub',
    'COPY x /',
    'COPY x $HOME',
    'ADD https://example.com/x /app/x',
    'COPY --parents a/b /app',
    'COPY --chmod=4755 x /app/x',
  ]) {
    const text = `FROM node\nCOPY . /app\n${between}\nRUN chown -R 1000:1000 /app\n`
    assert.equal(rewrite(text), text, between)
  }
  for (const chown of [
    'chown -R app: /app',
    'chown -R app.app /app',
    'chown -RL 1000 /app',
    'chown -R 1000 /',
    'chown -R $U /app',
    'chown -R 1000 /opt/app',
    'chown -R 1000 /app/*',
    'chown -R 1000 /app/.. ',
    'chown -R 1000 /app || true',
    'chown -R 1000 /app && chown -R 2000 /app',
  ]) {
    const text = `FROM node\nCOPY . /app\nRUN ${chown}\n`
    assert.equal(rewrite(text), text, chown)
  }
})

test('what comes from a stage is copied with its owner, unless it may do more than its user', () => {
  const text = (run: string) =>
    `FROM debian AS build\nRUN ${run}\nFROM debian\nCOPY --from=build /out /app\nRUN chown -R 1:1 /app\n`
  assert.match(rewrite(text('make')), /COPY --chown=1:1 --from=build \/out \/app\n$/)
  for (const run of ['setcap cap_net_raw+ep /out/x', 'chmod u+s /out/x', 'chmod 4755 /out/x'])
    assert.equal(rewrite(text(run)), text(run), run)
})

test('a folder that the builder would make beside the one of the files keeps its owner', () => {
  const text = (before: string) => `FROM node\n${before}COPY x /app/a/b\nRUN chown -R node:node /app/a\n`
  assert.equal(rewrite(text('')), text(''))
  assert.match(rewrite(text('WORKDIR /app\n')), /COPY --chown=node:node x \/app\/a\/b\n$/)
})

test('one command of several goes from wherever it stands, and what would change the others stays', () => {
  const without = (run: string) =>
    withoutCommand(parseDockerfile('FROM x\n', 'Dockerfile'), run.split('\n'), 'chown -R a /app')?.join(
      '\n',
    ) ?? null
  for (const [run, expected] of [
    ['RUN chown -R a /app && b', 'RUN b'],
    ['RUN b && chown -R a /app', 'RUN b'],
    ['RUN b && chown  -R a /app && c', 'RUN b && c'],
    ['RUN b \\\n && chown -R a /app \\\n && c', 'RUN b \\\n && c'],
    ['RUN b \\\n && chown -R a /app', 'RUN b'],
    ['RUN b && \\\n    chown -R a /app', 'RUN b'],
    ['RUN b && \\\n    chown -R a /app && \\\n    c', 'RUN b && \\\n    c'],
    ['RUN b \\\n # why\n && chown -R a /app', null],
    ['RUN b && chown -R a /app2', null],
    ['RUN chown -R a /app && chown -R a /app', null],
  ] as const)
    assert.equal(without(run), expected, run)
})

test('what a layer wrote is asked of its entries, deletions among them', () => {
  const facts = (own: readonly MadeEntry[]) =>
    lineFacts(makeScene({ base: [file('usr/share/x/y', 'base')], own }), makeEvidence())
  const { wrote, baseHas } = facts([file('app/.wh.gone', ''), file('srv/a/b', 'own')])
  const line = 2
  for (const [path, expected] of [
    ['/app', true],
    ['/app/gone', true],
    ['/app/gon', false],
    ['/srv/a', true],
    ['/srv/a/b', true],
    ['/srv/a/b/c', false],
    ['/usr', false],
  ] as const)
    assert.equal(wrote(line, path), expected, path)
  assert.equal(wrote(99, '/app'), null)
  assert.deepEqual([baseHas('/usr/share/x'), baseHas('/usr/share/x/y'), baseHas('/srv')], [true, true, false])
})
