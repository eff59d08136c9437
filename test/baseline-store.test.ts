/** Saved reports: one file for each commit of each image that is built in its own way. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { type BaselineIdentity, openBaselines } from '../src/baseline-store.ts'
import { demoReview } from '../src/demo.ts'
import { parseOptions } from '../src/options.ts'
import { DEFAULT_BUILD_OPTIONS } from './build/support/default-build-options.ts'
import { temporaryDirectory } from './build/support/git-repository.ts'

const TEMP = temporaryDirectory('baselines')
after(() => rmSync(TEMP, { recursive: true, force: true }))
const demo = await demoReview(false, {
  environment: {},
  log: { group: () => undefined, line: () => undefined, endGroup: () => undefined },
  engine: () => assert.fail('the example needs no engine'),
  platform: 'linux/amd64',
})
const { head } = await demo.run(parseOptions(demo.values))
const SHA = 'a'.repeat(40)

const pathOf = (
  build: Partial<BaselineIdentity['build']>,
  environment: BaselineIdentity['environment'] = {},
): Promise<string> =>
  openBaselines(join(TEMP, 'kept'), {
    repository: 'octo/app',
    name: 'api',
    platform: 'linux/amd64',
    image: null,
    build: { ...DEFAULT_BUILD_OPTIONS, ...build },
    environment,
  }).save(SHA, head)

test('what is built otherwise has a file of its own', async () => {
  const byName = { buildArgs: ['VERSION'] }
  const paths = [
    await pathOf({}),
    await pathOf({ bakeFile: 'a.hcl' }),
    await pathOf({ bakeFile: 'b.hcl' }),
    await pathOf({ addHosts: ['db:10.0.0.1'] }),
    await pathOf(byName),
    await pathOf(byName, { VERSION: 'one-and-only' }),
    await pathOf(byName, { VERSION: 'two' }),
  ]
  assert.equal(new Set(paths).size, paths.length)
  assert.equal(await pathOf(byName, { VERSION: 'two', OTHER: '1' }), paths.at(-1))
  for (const path of paths) {
    assert.match(basename(path), /^[0-9a-f]{20}-a{40}\.json$/)
    assert.doesNotMatch(readFileSync(path, 'utf8'), /one-and-only/)
  }
})

test('a secret that is another one each run is the same image', async () => {
  const byName = { buildArgs: ['API_TOKEN'], secretEnvs: ['id=OTHER'] }
  const first = await pathOf(byName, { API_TOKEN: 'first-of-them', OTHER: '1' })
  assert.equal(await pathOf(byName, { API_TOKEN: 'second-of-them', OTHER: '2' }), first)
})
