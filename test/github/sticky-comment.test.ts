import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BOT,
  bodyOf,
  chatter,
  HEAD,
  OTHER_HEAD,
  ours,
  publish,
  routesOf,
  startFake,
  virtualClock,
} from './publishing.ts'

const url = (id: number): string => `https://github.com/octo/app/pull/7#issuecomment-${id}`

test('the first run creates, the second updates the same comment, an equal third writes nothing', async t => {
  const fake = await startFake(t)
  assert.deepEqual(await publish(fake, { runId: '1.1', text: 'one' }), {
    kind: 'created',
    id: 1001,
    url: url(1001),
  })
  assert.deepEqual(await publish(fake, { runId: '2.1', text: 'two' }), {
    kind: 'updated',
    id: 1001,
    url: url(1001),
  })
  assert.deepEqual(await publish(fake, { runId: '3.1', text: 'two' }), {
    kind: 'unchanged',
    id: 1001,
    url: url(1001),
  })
  assert.deepEqual(
    fake.comments.map(({ body }) => body),
    [bodyOf('2.1', 'two')],
  )
})

for (const count of [0, 31, 99]) {
  test(`with ${count} comments of others no publication needs more than four requests`, async t => {
    const fake = await startFake(t, { comments: chatter(count) })
    await publish(fake, { runId: '1.1', text: 'one' })
    assert.deepEqual(routesOf(fake), ['list', 'pull', 'create', 'list'])
    await publish(fake, { runId: '2.1', text: 'two' })
    assert.deepEqual(routesOf(fake).slice(4), ['list', 'graphql', 'update', 'read'])
    await publish(fake, { runId: '3.1', text: 'two' })
    assert.deepEqual(routesOf(fake).slice(8), ['list', 'graphql'])
    assert.equal(fake.comments.length, count + 1)
  })
}

for (const [count, place] of [
  [31, 0],
  [31, 31],
  [101, 100],
  [101, 101],
  [250, 120],
  [250, 250],
] as const) {
  test(`our comment is found at place ${place} of ${count} others`, async t => {
    const comments = chatter(count).toSpliced(place, 0, { body: bodyOf('1.1', 'one') })
    const fake = await startFake(t, { comments })
    assert.deepEqual(await publish(fake, { text: 'two' }), {
      kind: 'updated',
      id: 1001 + place,
      url: url(1001 + place),
    })
    assert.equal(fake.comments.length, count + 1)
    assert.equal(fake.requests.filter(({ route }) => route === 'list').length, Math.ceil((count + 1) / 100))
  })
}

const creation: readonly (readonly [
  'always' | 'on-change' | 'on-failure' | 'never',
  boolean,
  boolean,
  boolean,
])[] = [
  ['always', false, false, true],
  ['on-change', true, false, true],
  ['on-change', false, true, false],
  ['on-failure', true, false, false],
  ['on-failure', false, true, true],
  ['never', true, true, false],
]
for (const [mode, worthCreating, failed, creates] of creation) {
  const state = `${worthCreating ? 'something' : 'nothing'} to say, ${failed ? 'failed' : 'passed'}`
  test(`mode ${mode} (${state}) ${creates ? 'creates' : 'does not create'} a comment, but updates one`, async t => {
    const empty = await startFake(t)
    const outcome = await publish(empty, { mode, worthCreating, failed })
    assert.equal(outcome.kind, creates ? 'created' : 'skipped')
    assert.equal(ours(empty).length, creates ? 1 : 0)
    if (outcome.kind === 'skipped') {
      assert.equal(outcome.notice, false)
      assert.deepEqual(routesOf(empty), ['list'])
    }
    const held = await startFake(t, { comments: [{ body: bodyOf('1.1', 'old news') }] })
    assert.equal((await publish(held, { mode, worthCreating, failed })).kind, 'updated')
    assert.deepEqual(
      held.comments.map(({ body }) => body),
      [bodyOf('1000.1', 'report')],
    )
  })
}

const marked = bodyOf('1.1', 'not ours')
const strangers = [
  ['a user who copied our marker', { author: 'mallory', body: marked }],
  ['another tool with our marker', { author: 'other-tool[bot]', body: marked }],
  ['a login that looks like ours', { author: 'github-actions', body: marked }],
  ['a deleted user', { author: null, body: marked }],
  ['ourselves, quoting', { author: BOT, body: `> ${marked}` }],
  ['ourselves, with the marker in the second line', { author: BOT, body: `\n${marked}` }],
  ['ourselves, with the marker at the end', { author: BOT, body: `text\n${marked.split('\n')[0]}` }],
  ['ourselves, for another key', { author: BOT, body: bodyOf('1.1', 'not ours', { key: 'other' }) }],
  ['ourselves, hidden by a maintainer', { author: BOT, body: marked, minimized: true }],
  [
    'another workflow step of the same login',
    { author: BOT, body: '<!-- image-report v=1 key=default -->\ntext' },
  ],
] as const
for (const [what, comment] of strangers) {
  test(`a comment by ${what} is left alone`, async t => {
    const fake = await startFake(t, { comments: [comment] })
    const outcome = await publish(fake)
    assert.equal(outcome.kind, 'created')
    assert.equal(fake.comments[0]?.body, comment.body)
    assert.equal(fake.comments.length, 2)
    assert.ok(fake.requests.length <= 4)
    assert.equal((await publish(fake, { runId: '1001.1', text: 'next' })).kind, 'updated')
    assert.equal(fake.comments[0]?.body, comment.body)
    assert.equal(fake.comments.length, 2)
  })
}

test('GitHub’s CR LF after the marker does not hide our comment', async t => {
  const body = bodyOf('1.1', 'one\ntwo').replaceAll('\n', '\r\n')
  const fake = await startFake(t, { comments: [{ body }] })
  assert.equal((await publish(fake)).kind, 'updated')
})

for (const login of ['maria', 'size-app[bot]']) {
  test(`with a token of ${login} the comments of ${login} are ours`, async t => {
    const fake = await startFake(t, { login, comments: [{ author: BOT, body: marked }, { body: marked }] })
    assert.equal((await publish(fake)).kind, 'updated')
    assert.deepEqual(
      fake.comments.map(({ body }) => body),
      [marked, bodyOf('1000.1', 'report')],
    )
  })
}

const identities = [
  ['GET /user where GraphQL is refused', 'maria', ['list', 'graphql', 'user', 'pull', 'update', 'read']],
  [
    'the workflow’s own login where both are refused',
    BOT,
    ['list', 'graphql', 'user', 'pull', 'update', 'read'],
  ],
] as const
for (const [what, login, routes] of identities) {
  test(`our login comes from ${what}`, async t => {
    const faults = [{ on: 'graphql', does: { answer: 403 } }] as const
    const fake = await startFake(t, { login, comments: [{ body: marked }], faults })
    assert.equal((await publish(fake)).kind, 'updated')
    assert.deepEqual(routesOf(fake), routes)
  })
}

test('duplicates of ours are folded into the oldest, and nobody else’s comment is', async t => {
  const comments = [
    { author: 'maria', body: marked },
    { body: bodyOf('1.1', 'one') },
    { body: bodyOf('3.1', 'three') },
    { body: bodyOf('9.9', 'another image', { key: 'other' }) },
    { body: bodyOf('2.1', 'two') },
  ]
  const fake = await startFake(t, { comments })
  assert.deepEqual(await publish(fake), { kind: 'updated', id: 1002, url: url(1002) })
  assert.deepEqual(
    fake.comments.map(({ id, body }) => [id, body]),
    [
      [1001, marked],
      [1002, bodyOf('1000.1', 'report')],
      [1004, bodyOf('9.9', 'another image', { key: 'other' })],
    ],
  )
})

for (const [kept, kind, after] of [
  ['1.1', 'updated', '1000.1'],
  ['999.9', 'updated', '1000.1'],
  ['1000.1', 'unchanged', '1000.1'],
] as const) {
  test(`duplicates are folded where the oldest, of run ${kept}, says the same: it is of our run then`, async t => {
    const fake = await startFake(t, {
      comments: [{ body: bodyOf(kept, 'report') }, { body: bodyOf('2.1', 'x') }],
    })
    assert.equal((await publish(fake)).kind, kind)
    assert.deepEqual(
      fake.comments.map(({ body }) => body),
      [bodyOf(after, 'report')],
    )
  })
}

test('a kept comment of an earlier attempt of our run is brought up to ours', async t => {
  const fake = await startFake(t, {
    comments: [{ body: bodyOf('1000.1', 'report') }, { body: bodyOf('1000.2', 'x') }],
  })
  assert.equal((await publish(fake, { runId: '1000.10' })).kind, 'updated')
  assert.deepEqual(
    fake.comments.map(({ body }) => body),
    [bodyOf('1000.10', 'report')],
  )
})

test('a duplicate that cannot be deleted does not matter', async t => {
  const faults = [{ on: 'delete', does: { answer: 403 } }] as const
  const fake = await startFake(t, {
    comments: [{ body: bodyOf('1.1', 'a') }, { body: bodyOf('2.1', 'b') }],
    faults,
  })
  assert.equal((await publish(fake)).kind, 'updated')
})

const newer = [
  ['a later run', '1001.1', OTHER_HEAD],
  ['a later attempt of the same run', '1000.2', HEAD],
  ['a later run with more digits', '90000000000.1', HEAD],
] as const
for (const [what, run, head] of newer) {
  test(`what ${what} has written stays`, async t => {
    const body = bodyOf(run, 'newer', { head })
    const fake = await startFake(t, { comments: [{ body }] })
    const outcome = await publish(fake)
    assert.deepEqual(outcome, {
      kind: 'skipped',
      reason: 'a newer run has written this comment',
      notice: false,
    })
    assert.deepEqual(
      fake.comments.map(comment => comment.body),
      [body],
    )
    assert.deepEqual(routesOf(fake), ['list', 'graphql'])
  })
}

test('a later attempt writes over an earlier one', async t => {
  const fake = await startFake(t, { comments: [{ body: bodyOf('1000.9', 'earlier') }] })
  assert.equal((await publish(fake, { runId: '1000.10' })).kind, 'updated')
})

for (const comments of [[], [{ body: marked }]]) {
  test(`nothing is written once the pull request has another head (${comments.length} of ours there)`, async t => {
    const fake = await startFake(t, { comments, headSha: OTHER_HEAD })
    const outcome = await publish(fake)
    assert.equal(outcome.kind, 'skipped')
    assert.match(outcome.kind === 'skipped' ? outcome.reason : '', /newer commit/)
    assert.deepEqual(
      fake.comments.map(({ body }) => body),
      comments.map(({ body }) => body),
    )
  })
}

test('the head is read after the comments, not before', async t => {
  const push = (): void => {
    fake.state.headSha = OTHER_HEAD
  }
  const fake = await startFake(t, { faults: [{ on: 'pull', does: { meanwhile: push } }] })
  assert.equal((await publish(fake)).kind, 'skipped')
  assert.equal(fake.comments.length, 0)
})

test('a comment that is deleted between look and write is written again, where the mode says so', async t => {
  const gone = {
    on: 'update',
    times: 1,
    does: { meanwhile: () => void fake.state.comments.splice(0) },
  } as const
  const fake = await startFake(t, { comments: [{ body: marked }], faults: [gone] })
  assert.equal((await publish(fake)).kind, 'created')
  assert.deepEqual(
    fake.comments.map(({ body }) => body),
    [bodyOf('1000.1', 'report')],
  )
})

test('an older run that writes over ours at the same moment is written over', async t => {
  const late = { on: 'read', times: 1, does: { meanwhile: () => writeOver() } } as const
  const fake = await startFake(t, { comments: [{ body: marked }], faults: [late] })
  const writeOver = (): void => {
    const [comment] = fake.comments
    if (comment) comment.body = bodyOf('999.1', 'older')
  }
  assert.equal((await publish(fake)).kind, 'updated')
  assert.deepEqual(
    fake.comments.map(({ body }) => body),
    [bodyOf('1000.1', 'report')],
  )
})

test('two runs that create at the same moment leave the newer one’s words in the older comment', async t => {
  for (const [mine, kept] of [
    ['1000.1', '1000.1'],
    ['998.1', '999.1'],
  ] as const) {
    const rival = { on: 'create', times: 1, does: { meanwhile: () => void seedRival() } } as const
    const fake = await startFake(t, { faults: [rival] })
    const seedRival = (): void => {
      fake.state.comments.push({ id: 900, author: BOT, body: bodyOf('999.1', 'rival'), minimized: false })
    }
    await publish(fake, { runId: mine })
    assert.deepEqual(
      fake.comments.map(({ id, body }) => [id, body.split(' ')[4]]),
      [[900, `run=${kept}`]],
    )
  }
})

test('what a newer run writes while we are kept waiting stays', async t => {
  const writeNewer = (): void => {
    const [comment] = fake.comments
    if (comment) comment.body = bodyOf('1001.1', 'newer')
  }
  const fake = await startFake(t, {
    comments: [{ body: marked }],
    faults: [
      { on: 'graphql', times: 1, does: { answer: 502 } },
      { on: 'graphql', times: 1, does: { meanwhile: writeNewer } },
    ],
  })
  assert.equal((await publish(fake)).kind, 'skipped')
  assert.deepEqual(
    fake.comments.map(({ body }) => body),
    [bodyOf('1001.1', 'newer')],
  )
})

test('our own duplicate is removed even where GitHub’s answer to it was lost', async t => {
  const newest = bodyOf('2000.1', 'newest')
  const rival = (): void => {
    fake.state.comments.unshift({ id: 900, author: BOT, body: newest, minimized: false })
  }
  const fake = await startFake(t, {
    faults: [
      { on: 'create', times: 1, does: { reset: 'after' } },
      { on: 'list', skip: 1, times: 1, does: { meanwhile: rival } },
    ],
  })
  assert.equal((await publish(fake)).kind, 'skipped')
  assert.deepEqual(
    fake.comments.map(({ body }) => body),
    [newest],
  )
})

test('a GitHub that is slow all the time gets the comment all the same', async t => {
  const clock = virtualClock()
  const slow = { meanwhile: () => void clock.wait(2_000) }
  const faults = (['list', 'graphql', 'pull', 'update', 'read'] as const).map(on => ({ on, does: slow }))
  const fake = await startFake(t, { comments: [{ body: marked }], faults })
  assert.equal((await publish(fake, { clock })).kind, 'updated')
  assert.ok(clock.now() < 60_000)
})
