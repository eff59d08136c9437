import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Side } from '../../src/build/build-options.ts'
import { locateInputs, type ResolvedInputs, resolveInputs } from '../../src/build/resolve-context.ts'
import { UserError } from '../../src/errors.ts'

const TEMP = realpathSync(mkdtempSync(join(tmpdir(), 'resolve-')))
after(() => rmSync(TEMP, { recursive: true, force: true }))

/** A tree with a Dockerfile, an application, and links of every kind. */
const makeTree = (name: string): string => {
  const root = join(TEMP, name)
  mkdirSync(join(root, 'app/sub'), { recursive: true })
  mkdirSync(join(root, 'docker'))
  mkdirSync(join(root, 'deep/er'), { recursive: true })
  for (const file of ['Dockerfile', 'app/Dockerfile', 'docker/prod.Dockerfile', 'app/-dash'])
    writeFileSync(join(root, file), 'FROM x\n')
  symlinkSync('app', join(root, 'link-in'))
  symlinkSync('link-in', join(root, 'link-chain'))
  symlinkSync('../..', join(root, 'deep/up'))
  symlinkSync('/etc', join(root, 'link-etc'))
  symlinkSync('link-etc', join(root, 'link-chain-etc'))
  symlinkSync('deep/up', join(root, 'link-chain-up'))
  symlinkSync('/etc/passwd', join(root, 'app/Dockerfile.etc'))
  symlinkSync('../docker/prod.Dockerfile', join(root, 'app/Dockerfile.in'))
  symlinkSync('loop-b', join(root, 'loop-a'))
  symlinkSync('loop-a', join(root, 'loop-b'))
  symlinkSync('nowhere', join(root, 'dangling'))
  return root
}

const HEAD = makeTree('head')
const BASE = makeTree('base')
mkdirSync(join(TEMP, 'headless'))
symlinkSync('head', join(TEMP, 'link-to-head'))

interface Asked {
  readonly context?: string
  readonly file?: string | null
  readonly buildContexts?: readonly string[]
  readonly workingDirectory?: string
  readonly checkout?: string
}

const resolveAll = async (asked: Asked, root = HEAD, side: Side = 'head'): Promise<ResolvedInputs> => {
  const { context = '.', file = null, buildContexts = [], checkout = HEAD } = asked
  const directories = { checkout, workingDirectory: asked.workingDirectory ?? checkout }
  return resolveInputs(await locateInputs({ context, file, buildContexts }, directories), root, side)
}

const ACCEPTED: readonly (readonly [Asked, context: string, dockerfile: string])[] = [
  [{}, '', 'Dockerfile'],
  [{ context: 'app' }, 'app', 'app/Dockerfile'],
  [{ context: './app/' }, 'app', 'app/Dockerfile'],
  [{ context: 'app/../app' }, 'app', 'app/Dockerfile'],
  [{ context: join(HEAD, 'app') }, 'app', 'app/Dockerfile'],
  [
    {
      context: join(TEMP, 'link-to-head/app'),
      checkout: join(TEMP, 'link-to-head'),
      workingDirectory: join(TEMP, 'link-to-head'),
    },
    'app',
    'app/Dockerfile',
  ],
  [{ context: 'app', file: 'docker/prod.Dockerfile' }, 'app', 'docker/prod.Dockerfile'],
  [{ context: 'app', file: join(HEAD, 'docker/prod.Dockerfile') }, 'app', 'docker/prod.Dockerfile'],
  [{ context: '.', workingDirectory: join(HEAD, 'app') }, 'app', 'app/Dockerfile'],
  [{ context: '..', workingDirectory: join(HEAD, 'app') }, '', 'Dockerfile'],
  [{ context: 'link-in' }, 'app', 'app/Dockerfile'],
  [{ context: 'link-chain' }, 'app', 'app/Dockerfile'],
  [{ context: 'app', file: 'app/Dockerfile.in' }, 'app', 'docker/prod.Dockerfile'],
  [{ context: 'app', file: './app/-dash' }, 'app', 'app/-dash'],
  [{ context: '{{defaultContext}}' }, '', 'Dockerfile'],
  [{ context: '{{defaultContext}}:app' }, 'app', 'app/Dockerfile'],
  [{ context: '{{defaultContext}}', file: 'docker/prod.Dockerfile' }, '', 'docker/prod.Dockerfile'],
  [{ context: '{{defaultContext}}:docker', file: 'prod.Dockerfile' }, 'docker', 'docker/prod.Dockerfile'],
  [{ context: '{{defaultContext}}:app', workingDirectory: join(HEAD, 'deep') }, 'app', 'app/Dockerfile'],
]

for (const [asked, context, dockerfile] of ACCEPTED)
  test(`found in the checkout and, at the same place, in the base: ${JSON.stringify(asked).replaceAll(TEMP, '')}`, async () => {
    for (const [root, side] of [
      [HEAD, 'head'],
      [BASE, 'base'],
    ] as const) {
      const found = await resolveAll(asked, root, side)
      assert.equal(found.context, context === '' ? root : join(root, context))
      assert.equal(found.dockerfile, join(root, dockerfile))
    }
  })

const REFUSED: readonly (readonly [Asked, RegExp])[] = [
  [{ context: '..' }, /^context: "\.\." is outside the checkout/],
  [{ context: '../head/../base' }, /outside the checkout/],
  [{ context: 'app/../../base' }, /outside/],
  [{ context: '/' }, /outside/],
  [{ context: '/etc' }, /outside/],
  [{ context: `${HEAD}less` }, /outside/],
  [{ context: '{{defaultContext}}:..' }, /outside/],
  [{ context: '{{defaultContext}}:/../..' }, /outside/],
  [{ context: '{{ defaultContext }}' }, /no directory/],
  [{ context: 'deep/up' }, /symbolic link that leads out/],
  [{ context: 'link-etc' }, /leads out/],
  [{ context: 'link-chain-etc' }, /leads out/],
  [{ context: 'link-chain-up' }, /leads out/],
  [{ context: 'link-chain-up/base' }, /leads out/],
  [{ context: 'loop-a' }, /cannot be followed/],
  [{ context: 'dangling' }, /no directory "dangling"/],
  [{ context: 'absent' }, /the checkout has no directory "absent"/],
  [{ context: 'Dockerfile' }, /file: the checkout has no Dockerfile|not a directory/],
  [{ context: '' }, /not a path/],
  [{ context: 'a\0b' }, /not a path/],
  [{ context: '-' }, /^context: "-" is not a directory of the checkout/],
  [{ context: '--push' }, /must not begin with "-"/],
  [{ context: 'https://github.com/o/r.git' }, /not a directory of the checkout/],
  [{ context: 'http://x/context.tar.gz' }, /not a directory of the checkout/],
  [{ context: 'git://x/r' }, /not a directory of the checkout/],
  [{ context: 'git@github.com:o/r' }, /not a directory of the checkout/],
  [{ context: 'me@host:r' }, /not a directory of the checkout/],
  [{ context: 'ssh://x/r' }, /not a directory of the checkout/],
  [{ context: 'github.com/o/r' }, /not a directory of the checkout/],
  [{ context: 'app', file: 'absent' }, /^file: the checkout has no Dockerfile "absent"/],
  [{ context: 'docker' }, /^file: the checkout has no Dockerfile "docker\/Dockerfile"/],
  [{ context: 'app', file: '-' }, /^file: /],
  [{ context: 'app', file: '--push' }, /must not begin with "-"/],
  [{ context: 'app', file: 'https://x/Dockerfile' }, /^file: /],
  [
    { context: 'app', file: 'app/Dockerfile.etc' },
    /^file: "app\/Dockerfile.etc" is a symbolic link that leads out/,
  ],
  [{ context: 'app', file: '/etc/passwd' }, /outside/],
  [{ context: 'app', file: 'docker' }, /not a file/],
  [{ context: 'app', file: 'Dockerfile/x' }, /no Dockerfile/],
  [{ buildContexts: ['x=../base'] }, /^build-contexts: x: .*outside/],
  [{ buildContexts: ['x=link-etc'] }, /leads out/],
  [{ buildContexts: ['x=absent'] }, /no directory/],
  [{ buildContexts: ['x=https://x/r.git'] }, /not a directory of the checkout/],
  [{ buildContexts: ['x'] }, /"name=value"/],
  [{ buildContexts: ['=x'] }, /"name=value"/],
  [{ buildContexts: ['x='] }, /"name=value"/],
  [{ buildContexts: ['--push=app'] }, /"name=value"/],
]

for (const [asked, message] of REFUSED)
  test(`refused: ${JSON.stringify(asked).replaceAll(TEMP, '')}`, async () => {
    await assert.rejects(resolveAll(asked), (error: Error) => {
      assert.ok(error instanceof UserError)
      assert.match(error.message, message)
      assert.equal(error.message.includes('\n'), false)
      return true
    })
  })

test('build contexts: directories are found in each tree, images and layouts are the same for both', async () => {
  const asked = {
    buildContexts: ['lib=app/sub', 'base=docker-image://alpine:3', 'oci=oci-layout://./layout', 'a=b=docker'],
  }
  await assert.rejects(resolveAll(asked), /build-contexts: a: .*no directory "b=docker"/)
  const found = await resolveAll({ buildContexts: asked.buildContexts.slice(0, 3) }, BASE, 'base')
  assert.deepEqual(found.buildContexts, [
    { name: 'lib', value: join(BASE, 'app/sub') },
    { name: 'base', value: 'docker-image://alpine:3' },
    { name: 'oci', value: `oci-layout://${join(HEAD, 'layout')}` },
  ])
})

test('what the base commit does not have is said so', async () => {
  const bare = join(TEMP, 'bare')
  mkdirSync(join(bare, 'app'), { recursive: true })
  await assert.rejects(
    resolveAll({ context: 'app' }, bare, 'base'),
    /the base commit has no Dockerfile "app\/Dockerfile"/,
  )
  await assert.rejects(
    resolveAll({ context: 'docker' }, bare, 'base'),
    /the base commit has no directory "docker"/,
  )
})

test('a link that leads from the base worktree into the checkout leads out of the base', async () => {
  const crooked = join(TEMP, 'crooked')
  mkdirSync(crooked)
  symlinkSync(join(HEAD, 'app'), join(crooked, 'app'))
  await assert.rejects(resolveAll({ context: 'app' }, crooked, 'base'), /leads out of the base commit/)
})
