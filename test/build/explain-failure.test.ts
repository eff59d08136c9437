import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildFailed, buildTimedOut } from '../../src/build/build-error.ts'
import { explainFailure } from '../../src/build/explain-failure.ts'

const rule = '--------------------'

interface Row {
  readonly says: string
  readonly lines?: readonly string[]
  /** What the engine's API said, apart from the log. */
  readonly error?: string
  readonly message: string
  readonly end?: number
  readonly missing?: string
}

/** As BuildKit 0.33 (Engine 29), BuildKit 0.8 and the legacy builder (Engine 20.10) printed them. */
const TABLE: readonly Row[] = [
  {
    says: 'a failed RUN, BuildKit',
    lines: [
      '#5 ERROR: process "/bin/sh -c echo hi &&   exit 3" did not complete successfully: exit code: 3',
      '------',
      ' > [2/2] RUN echo hi &&   exit 3:',
      '0.054 hi',
      '------',
      'fail.df:3',
      rule,
      '   2 |     ARG X',
      '   3 | >>> RUN echo hi && \\',
      '   4 | >>>   echo out-line >&2 && \\',
      '   5 | >>>   exit 3',
      '   6 |     ',
      rule,
      'ERROR: failed to build: failed to solve: process "/bin/sh -c echo hi &&   exit 3" did not complete successfully: exit code: 3',
    ],
    message: 'the image does not build: app/Dockerfile:3: the command ended with exit code 3',
    end: 5,
  },
  {
    says: 'a failed RUN, BuildKit 0.8, which names no line',
    lines: [
      '------',
      ' > [2/2] RUN echo hi &&   exit 3:',
      '0.071 hi',
      '------',
      'ERROR: failed to build: failed to solve: executor failed running [/bin/sh -c echo hi &&   exit 3]: exit code: 3',
    ],
    message: 'the image does not build: the command ended with exit code 3 (in "RUN echo hi && exit 3")',
  },
  {
    says: 'a failed RUN, legacy builder',
    lines: ['Step 2/3 : ARG X', 'Step 3/3 : RUN false', ' ---> Running in 45a30476f289'],
    error: "The command '/bin/sh -c false' returned a non-zero code: 1",
    message: 'the image does not build: the command ended with exit code 1 (in "RUN false")',
  },
  {
    says: 'a command that was killed',
    lines: [
      'ERROR: failed to solve: process "/bin/sh -c x" did not complete successfully: cannot allocate memory',
    ],
    message: 'the image does not build: the command did not complete: cannot allocate memory',
  },
  {
    says: 'a parse error, BuildKit',
    lines: [
      'parse.df:2',
      rule,
      '   1 |     FROM busybox',
      '   2 | >>> RUNN echo',
      rule,
      'ERROR: failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)',
    ],
    message:
      'the image does not build: app/Dockerfile:2: it does not parse: unknown instruction: RUNN (did you mean RUN?)',
    end: 2,
  },
  {
    says: 'a parse error, BuildKit 0.8',
    lines: [
      'ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: RUNN',
    ],
    message: 'the image does not build: app/Dockerfile:2: it does not parse: unknown instruction: RUNN',
    end: 2,
  },
  {
    says: 'a parse error, legacy builder',
    error: '(HTTP code 400) unexpected - dockerfile parse error line 17: unknown instruction: ECHO ',
    message: 'the image does not build: app/Dockerfile:17: it does not parse: unknown instruction: ECHO',
    end: 17,
  },
  {
    says: 'a missing source, BuildKit',
    lines: [
      ' > [3/3] COPY dist /dist:',
      '------',
      'nocopy.df:3',
      rule,
      '   3 | >>> COPY dist /dist',
      rule,
      'ERROR: failed to build: failed to solve: failed to compute cache key: failed to calculate checksum of ref mkjp::v393: "/dist": not found',
    ],
    message: 'the image does not build: app/Dockerfile:3: "/dist" was not found',
    end: 3,
    missing: '/dist',
  },
  {
    says: 'a missing source, BuildKit 0.8',
    lines: [
      ' > [3/3] COPY dist /dist:',
      'ERROR: failed to build: failed to solve: failed to compute cache key: "/dist" not found: not found',
    ],
    message: 'the image does not build: "/dist" was not found (in "COPY dist /dist")',
    missing: '/dist',
  },
  {
    says: 'a missing source, legacy builder',
    lines: ['Step 3/3 : COPY dist /dist'],
    error:
      'COPY failed: file not found in build context or excluded by .dockerignore: stat dist: file does not exist',
    message: 'the image does not build: "/dist" was not found (in "COPY dist /dist")',
    missing: '/dist',
  },
  {
    says: 'a missing source, an older legacy builder',
    lines: ['Step 3/3 : COPY dist/a /dist'],
    error: 'COPY failed: stat /var/lib/docker/tmp/docker-builder123456/dist/a: no such file or directory',
    message: 'the image does not build: "/dist/a" was not found (in "COPY dist/a /dist")',
    missing: '/dist/a',
  },
  {
    says: 'an unknown target',
    lines: ['ERROR: failed to build: failed to solve: target stage "zzz" could not be found'],
    message: 'the image does not build: target stage "zzz" could not be found',
  },
  {
    says: 'a base image that is not there; a URL loses its query',
    lines: [
      'ERROR: failed to solve: x.io/foo:1: failed to do request: Head "https://me:pw@x.io/v2/foo/manifests/1?token=canary": no such host',
    ],
    message:
      'the image does not build: x.io/foo:1: failed to do request: Head "https://***@x.io/v2/foo/manifests/1?***": no such host',
  },
  {
    says: 'an older buildx',
    lines: ['error: failed to solve: rpc error: code = Unknown desc = the Dockerfile cannot be empty'],
    message: 'the image does not build: the Dockerfile cannot be empty',
  },
  {
    says: 'words without a form',
    lines: ['docker: something odd', ''],
    message: 'the image does not build: docker: something odd',
  },
  { says: 'silence', lines: [], message: 'the image does not build: the builder did not say why' },
]

for (const { says, lines = [], error, message, end, missing } of TABLE)
  test(`why a build failed: ${says}`, () => {
    const failed = buildFailed('head', 'app/Dockerfile', explainFailure(lines, error ?? null), lines)
    assert.equal(failed.message, message)
    assert.equal(failed.detail.line?.end, end)
    assert.equal(failed.detail.missing, missing ?? null)
    assert.deepEqual(failed.detail.tail, lines)
  })

test('the reason is one line of bounded length', () => {
  const { reason } = explainFailure([`ERROR: failed to solve: ${'x\ty '.repeat(1000)}`])
  assert.ok(reason.length <= 300)
  assert.doesNotMatch(reason, /[\n\t]/)
})

test('the base is called by its name', () => {
  assert.equal(
    buildFailed('base', 'Dockerfile', explainFailure(['ERROR: x']), []).message,
    "the base commit's image does not build: x",
  )
  assert.match(
    buildTimedOut('base', 3000, []).message,
    /^the base commit's image does not build: it was stopped after 3 s/,
  )
  assert.match(buildTimedOut('head', 3_600_000, []).message, /stopped after 60 minutes/)
})
