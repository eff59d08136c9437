/** Hazards of real images: none where there is none, and each one that is found happens when the image is started. */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { connectEngine } from '../../src/image/engine.ts'
import { parseReference } from '../../src/image/reference.ts'
import { type BuiltFrom, inspectImages } from '../../src/inspect.ts'
import type { Hazard, ImageReport } from '../../src/report/types.ts'
import { buildSeed, seedTag } from '../support/engine.ts'
import { needEngine, needShared } from '../support/need.ts'

const run = promisify(execFile)
const MAX_BUFFER = 1 << 28

/** Images that are made from their own distribution's packages, and nothing else. */
const BASES =
  /^(python|golang|node|rust|eclipse-temurin|maven|buildpack-deps|debian|alpine|busybox|distroless\/[\w-]+):/
/** They hold a program for glibc and have musl: they do not start, and say so in their description. */
const BROKEN: Readonly<Record<string, string>> = {
  'node:24-alpine': '/usr/local/bin/node',
  'python:3.9-alpine': '/usr/local/bin/python3.9',
}
/** As many as fit one export: layers that images share are read once. */
const IMAGES_AT_ONCE = 6
const START_LIMIT_MS = 60_000

const inspect = (host: string | null, names: readonly string[], builtFrom: BuiltFrom | null = null) =>
  inspectImages(
    names.map(name => ({ reference: parseReference(name), builtFrom })),
    {
      engine: () =>
        connectEngine({ ...process.env, DOCKER_HOST: host ?? assert.fail('no engine is needed') }),
      platform: 'linux/amd64',
    },
  )

const docker = (host: string, args: readonly string[]): string =>
  execFileSync('docker', args, {
    env: { ...process.env, DOCKER_HOST: host },
    encoding: 'utf8',
    maxBuffer: MAX_BUFFER,
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** One name for each base image. */
const baseImages = (host: string): string[] => {
  const lines = docker(host, ['images', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}']).trim().split('\n')
  const names = new Map<string, string>()
  for (const line of lines) {
    const [id = '', name = ''] = line.split(' ')
    if (BASES.test(name) && (!names.has(id) || name in BROKEN)) names.set(id, name)
  }
  return [...names.values()].sort()
}

const told = (hazards: readonly Hazard[]): (readonly [string, string | null, readonly string[]])[] =>
  hazards.map(({ rule, missing, paths }) => [rule, missing, paths])

const assertNone = (report: ImageReport): void =>
  assert.deepEqual(told(report.hazards), [], `${report.image.source} has no hazard`)

test('no base image has a hazard but the two that do not start, and those have that one', async t => {
  const host = needEngine(t, 'modern')
  if (!host) return
  const names = baseImages(host)
  t.diagnostic(`${names.length} images: ${names.join(' ')}`)
  assert.ok(names.length > 0, 'there are base images')
  for (let at = 0; at < names.length; at += IMAGES_AT_ONCE) {
    const some = names.slice(at, at + IMAGES_AT_ONCE)
    const reports = await inspect(
      host,
      some.map(name => `docker://${name}`),
    )
    for (const [i, report] of reports.entries()) {
      const broken = BROKEN[some[i]!]
      if (broken === undefined) assertNone(report)
      else
        assert.deepEqual(told(report.hazards), [
          ['missing-interpreter', '/lib64/ld-linux-x86-64.so.2', [broken]],
        ])
    }
  }
})

test('no root filesystem and no layout of the corpora has a hazard', async t => {
  const rootfs = needShared(t, 'corpora', 'rootfs')
  const layouts = needShared(t, 'corpora', 'oci-layouts')
  if (!rootfs || !layouts) return
  const names = [
    ...readdirSync(rootfs).map(name => `rootfs://${join(rootfs, name)}`),
    ...readdirSync(layouts).map(name => `oci-dir://${join(layouts, name)}`),
  ]
  assert.ok(names.length >= 6)
  for (const name of names) for (const report of await inspect(null, [name])) assertNone(report)
})

/** The final stage's image as the review sees it: with its Dockerfile, so that the base image is known. */
const inspectSeed = async (
  host: string,
  seeds: string,
  name: string,
  variant: string,
): Promise<ImageReport> => {
  const file = join(seeds, 'cases', name, `Dockerfile.${variant}`)
  await buildSeed(host, seeds, name, variant)
  const builtFrom = { text: readFileSync(file, 'utf8'), file: 'Dockerfile', target: null, buildArgs: [] }
  const [report] = await inspect(host, [`docker://${seedTag(name, variant)}`], builtFrom)
  return report!
}

/** What a container says that is started with these words, or with its own command; its status is not 0. */
const failsWith = async (host: string, image: string, ...words: readonly string[]): Promise<string> => {
  const env = { ...process.env, DOCKER_HOST: host }
  const entrypoint = words.length > 0 ? ['--entrypoint', words[0]!] : []
  const args = ['run', '--rm', '--network', 'none', ...entrypoint, image, ...words.slice(1)]
  return run('docker', args, { env, maxBuffer: MAX_BUFFER, timeout: START_LIMIT_MS }).then(
    () => assert.fail(`${image} ${words.join(' ')} should fail`),
    (error: { stderr?: string }) => String(error.stderr),
  )
}

const seedsOf = (t: TestContext): { readonly host: string; readonly seeds: string } | null => {
  const host = needEngine(t, 'modern')
  const seeds = needShared(t, 'seeds')
  return host && seeds ? { host, seeds } : null
}

test('go-alpine does not start: its program is linked to glibc, and Alpine has musl', async t => {
  const at = seedsOf(t)
  if (!at) return
  const { hazards } = await inspectSeed(at.host, at.seeds, 'go-alpine', 'multi')
  assert.deepEqual(told(hazards), [['missing-interpreter', '/lib64/ld-linux-x86-64.so.2', ['/app/myapp']]])
  assert.match(hazards[0]!.reason, /linked to glibc.*this image has musl/)
  assert.match(hazards[0]!.advice.summary, /`CGO_ENABLED=0`/)
  const text = readFileSync(join(at.seeds, 'cases', 'go-alpine', 'Dockerfile.multi'), 'utf8').split('\n')
  assert.match(text[hazards[0]!.line!.start - 1]!, /^COPY --from=builder/)
  assert.match(await failsWith(at.host, seedTag('go-alpine', 'multi')), /no such file or directory/)
})

/** Only `site-packages` was copied: the same fault in each of them, whatever else is right. */
for (const [name, python] of [
  ['flask-slim', '3.10'],
  ['two-tier', '3.7'],
  ['flask-mysql', '3.9'],
] as const) {
  test(`${name} lost the command flask, and nothing else`, async t => {
    const at = seedsOf(t)
    if (!at) return
    const { hazards } = await inspectSeed(at.host, at.seeds, name, 'multi')
    assert.deepEqual(
      hazards.map(({ rule, missing }) => [rule, missing]),
      [['python-console-script-lost', '/usr/local/bin/flask']],
    )
    assert.equal(hazards[0]!.key, `python-console-script-lost /usr/local/lib/python${python}/site-packages`)
    const image = seedTag(name, 'multi')
    assert.match(await failsWith(at.host, image, 'flask', '--version'), /"flask": executable file not found/)
  })
}

for (const [name, variant] of [
  ['flask-slim', 'single'],
  ['flask-mysql', 'single'],
  ['flask-alpine', 'one-run'],
] as const) {
  test(`${name} (${variant}) has no hazard`, async t => {
    const at = seedsOf(t)
    if (at) assertNone(await inspectSeed(at.host, at.seeds, name, variant))
  })
}

test('flask-alpine (multi-optimized) starts with a Python that its base image cannot start', async t => {
  const at = seedsOf(t)
  if (!at) return
  const { hazards } = await inspectSeed(at.host, at.seeds, 'flask-alpine', 'multi-optimized')
  assert.deepEqual(told(hazards), [
    ['missing-interpreter', '/lib64/ld-linux-x86-64.so.2', ['/usr/local/bin/python3.9']],
  ])
  const said = await failsWith(at.host, seedTag('flask-alpine', 'multi-optimized'))
  assert.match(said, /no such file or directory|not found/)
})

interface Built {
  readonly report: ImageReport
  readonly image: string
}

/** Builds a Dockerfile, looks at the image and lets `check` start it; the image is removed again. */
const withBuilt = async (
  host: string,
  name: string,
  dockerfile: string,
  files: Readonly<Record<string, string>>,
  check: (built: Built) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-hazards-'))
  const image = `plimsoll-test-hazards:${name}`
  try {
    writeFileSync(join(folder, 'Dockerfile'), dockerfile)
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
    const args = [
      'buildx',
      'build',
      '--network',
      'host',
      '--provenance=false',
      '--load',
      '-q',
      '-t',
      image,
      folder,
    ]
    await run('docker', args, { env: { ...process.env, DOCKER_HOST: host }, maxBuffer: MAX_BUFFER })
    const builtFrom = { text: dockerfile, file: 'Dockerfile', target: null, buildArgs: [] }
    const [report] = await inspect(host, [`docker://${image}`], builtFrom)
    await check({ report: report!, image })
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await run('docker', ['rmi', image], { env: { ...process.env, DOCKER_HOST: host } }).catch(() => {})
  }
}

test('without libmariadb3 flask-mysql lacks one library more, and the package is named', async t => {
  const at = seedsOf(t)
  if (!at) return
  await buildSeed(at.host, at.seeds, 'flask-mysql', 'multi')
  const site = '/usr/local/lib/python3.9/site-packages/'
  const dockerfile = `FROM python:3.9-slim\nWORKDIR /app\nCOPY --from=${seedTag('flask-mysql', 'multi')} ${site} ${site}\nCMD ["python", "-c", "import MySQLdb"]\n`
  await withBuilt(at.host, 'no-mariadb', dockerfile, {}, async ({ report, image }) => {
    const libraries = report.hazards.filter(hazard => hazard.rule !== 'python-console-script-lost')
    assert.deepEqual(told(libraries), [
      ['missing-library', 'libmariadb.so.3', [`${site}MySQLdb/_mysql.cpython-39-x86_64-linux-gnu.so`]],
    ])
    assert.match(libraries[0]!.advice.summary, /`apt-get install libmariadb3`/)
    assert.equal(libraries[0]!.line!.start, 3)
    assert.match(await failsWith(at.host, image), /libmariadb\.so\.3: cannot open shared object file/)
  })
})

test('a program of trixie on bookworm lacks a version of the C library', async t => {
  const host = needEngine(t, 'modern')
  if (!host) return
  const dockerfile = `FROM debian:bookworm AS trixie
RUN sed -i 's/bookworm/trixie/g; /security\\|updates/d' /etc/apt/sources.list && apt-get update && cd /tmp && apt-get download coreutils && dpkg-deb -x coreutils_*.deb /trixie
FROM debian:bookworm-slim
COPY --from=trixie /trixie/usr/bin/ls /app/ls
CMD ["/app/ls"]
`
  await withBuilt(host, 'trixie', dockerfile, {}, async ({ report, image }) => {
    assert.deepEqual(told(report.hazards), [['symbol-version', 'GLIBC_2.38', ['/app/ls']]])
    assert.match(report.hazards[0]!.reason, /`GLIBC_2\.36` at most/)
    assert.match(await failsWith(host, image), /version `GLIBC_2\.38' not found/)
  })
})

interface Case {
  readonly name: string
  readonly dockerfile: string
  readonly files?: Readonly<Record<string, string>>
  /** Null: no hazard, and it starts. */
  readonly hazard: readonly [string, string | null] | null
  readonly says?: RegExp
}

const VENV = 'FROM python:3.11 AS build\nRUN python -m venv --without-pip'

const CASES: readonly Case[] = [
  {
    name: 'moved-venv',
    dockerfile: `${VENV} /build/venv && printf '#!/build/venv/bin/python\\nprint(1)\\n' > /build/venv/bin/app && chmod +x /build/venv/bin/app\nFROM python:3.11-slim\nCOPY --from=build /build/venv /opt/venv\nCMD ["/opt/venv/bin/app"]\n`,
    hazard: ['moved-virtualenv', '/build/venv/bin/python'],
    says: /no such file or directory/,
  },
  {
    name: 'same-venv',
    dockerfile: `${VENV} /opt/venv && printf '#!/opt/venv/bin/python\\nprint(1)\\n' > /opt/venv/bin/app && chmod +x /opt/venv/bin/app\nFROM python:3.11-slim\nCOPY --from=build /opt/venv /opt/venv\nCMD ["/opt/venv/bin/app"]\n`,
    hazard: null,
  },
  {
    name: 'venv-without-python',
    dockerfile: `${VENV} /opt/venv\nFROM debian:bookworm-slim\nCOPY --from=build /opt/venv /opt/venv\nCMD ["/opt/venv/bin/python", "-V"]\n`,
    hazard: ['moved-virtualenv', '/usr/local/bin/python'],
    says: /no such file or directory/,
  },
  {
    name: 'bash-on-alpine',
    dockerfile: 'FROM alpine:3.20\nCOPY --chmod=755 run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
    files: { 'run.sh': '#!/bin/bash\necho started\n' },
    hazard: ['shebang-without-interpreter', '/bin/bash'],
    says: /no such file or directory/,
  },
  {
    name: 'windows-line-ends',
    dockerfile: 'FROM alpine:3.20\nCOPY --chmod=755 run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
    files: { 'run.sh': '#!/bin/sh\r\necho started\r\n' },
    hazard: ['shebang-without-interpreter', '/bin/sh'],
    says: /no such file or directory/,
  },
  {
    name: 'not-executable',
    dockerfile: 'FROM alpine:3.20\nCOPY --chmod=644 run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
    files: { 'run.sh': '#!/bin/sh\necho started\n' },
    hazard: ['entrypoint-not-found', null],
    says: /permission denied/,
  },
  {
    name: 'command-of-the-build-stage',
    dockerfile: 'FROM python:3.11-slim\nCMD ["gunicorn", "app:app"]\n',
    hazard: ['entrypoint-not-found', 'gunicorn'],
    says: /executable file not found/,
  },
  {
    name: 'shell-form-on-static',
    dockerfile:
      "FROM golang:1.26 AS build\nRUN printf 'package main\\nfunc main() {}\\n' > /tmp/a.go && CGO_ENABLED=0 go build -o /a /tmp/a.go\nFROM distroless/static-debian12\nCOPY --from=build /a /a\nCMD /a\n",
    hazard: ['entrypoint-not-found', '/bin/sh'],
    says: /no such file or directory/,
  },
  {
    name: 'static-go-on-static',
    dockerfile:
      'FROM golang:1.26 AS build\nRUN printf \'package main\\nfunc main() {}\\n\' > /tmp/a.go && CGO_ENABLED=0 go build -o /a /tmp/a.go\nFROM distroless/static-debian12\nCOPY --from=build /a /a\nCMD ["/a"]\n',
    hazard: null,
  },
  {
    name: 'go-for-arm',
    dockerfile:
      'FROM golang:1.26 AS build\nRUN printf \'package main\\nfunc main() {}\\n\' > /tmp/a.go && GOARCH=arm64 go build -o /a /tmp/a.go\nFROM scratch\nCOPY --from=build /a /a\nCMD ["/a"]\n',
    hazard: ['wrong-architecture', null],
    says: /exec format error/,
  },
  {
    name: 'other-python',
    dockerfile:
      'FROM python:3.10 AS build\nRUN pip install --no-cache-dir --no-deps itsdangerous==2.2.0\nFROM python:3.11-slim\nCOPY --from=build /usr/local/lib/python3.10/site-packages /usr/local/lib/python3.10/site-packages\nCMD ["python", "-c", "import itsdangerous"]\n',
    hazard: ['python-minor-mismatch', '/usr/local/bin/python3.10'],
    says: /No module named/,
  },
]

for (const { name, dockerfile, files, hazard, says } of CASES) {
  test(`${name}: ${hazard ? `one hazard, ${hazard[0]}, and it happens` : 'no hazard, and it starts'}`, async t => {
    const host = needEngine(t, 'modern')
    if (!host) return
    await withBuilt(host, name, dockerfile, files ?? {}, async ({ report, image }) => {
      assert.deepEqual(
        report.hazards.map(each => [each.rule, each.missing]),
        hazard ? [hazard] : [],
      )
      if (says) assert.match(await failsWith(host, image), says)
      else docker(host, ['run', '--rm', '--network', 'none', image])
    })
  })
}
