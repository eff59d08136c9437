import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveConfiguration } from '../../../src/fix/proof/configuration.ts'
import type { ImageConfig } from '../../../src/image/image.ts'
import { makeClaim } from '../../support/make-scene.ts'
import { directory } from '../../support/make-tar.ts'
import { told } from './told.ts'

const RUNTIME: NonNullable<ImageConfig['runtime']> = {
  exposedPorts: ['80/tcp'],
  volumes: ['/data'],
  stopSignal: null,
  healthcheck: null,
  shell: [],
  onBuild: [],
}
const CONFIG: Partial<ImageConfig> = {
  entrypoint: ['/app/server'],
  user: 'app',
  workingDir: '/app',
  env: ['PATH=/opt/bin:/usr/bin', 'MODE=production', 'GOLANG_VERSION=1.25.1'],
  labels: { a: '1', b: '2' },
  runtime: RUNTIME,
}
const SAME = 'passed: command, user, working directory, ports, volumes, labels and variables are the same'
/** `/opt/bin` is in both images, `/usr/local/go/bin` in none. */
const FOLDERS = [directory('opt/bin'), directory('usr/bin')]

const CASES: readonly (readonly [name: string, now: Partial<ImageConfig>, told: string])[] = [
  ['nothing changed', {}, SAME],
  ['labels in another order', { labels: { b: '2', a: '1' } }, SAME],
  ['no variable of the toolchain any more', { env: ['PATH=/opt/bin:/usr/bin', 'MODE=production'] }, SAME],
  [
    'a folder of PATH that neither image has',
    { env: ['PATH=/usr/local/go/bin:/opt/bin:/usr/bin', 'MODE=production'] },
    SAME,
  ],
  ['another user', { user: 'root' }, 'failed: not the same: USER'],
  ['no entry point', { entrypoint: [] }, 'failed: not the same: ENTRYPOINT'],
  ['the default folder', { workingDir: null }, 'failed: not the same: WORKDIR'],
  ['another port', { runtime: { ...RUNTIME, exposedPorts: ['8080/tcp'] } }, 'failed: not the same: EXPOSE'],
  ['a lost variable', { env: ['PATH=/opt/bin:/usr/bin'] }, 'failed: not the same: MODE'],
  [
    'a variable of the new base',
    { env: ['PATH=/opt/bin:/usr/bin', 'MODE=production', 'LANG=C.UTF-8'] },
    'failed: not the same: LANG',
  ],
]
for (const [name, now, expected] of CASES)
  test(`the configuration: ${name}`, () => {
    const before = { own: FOLDERS, config: CONFIG }
    const step = proveConfiguration(makeClaim(before, { ...before, config: { ...CONFIG, ...now } }))
    assert.equal(told(step), expected)
  })

test('the configuration: another PATH is put right with the folders that the result has', () => {
  const step = proveConfiguration(
    makeClaim(
      { own: FOLDERS, config: { env: ['PATH=/usr/local/go/bin:/opt/bin:/usr/bin'] } },
      { own: FOLDERS, config: { env: ['PATH=/usr/bin'] } },
    ),
  )
  assert.equal(told(step), 'failed: not the same: PATH')
  assert.deepEqual(step.remedy, { keep: ['ENV PATH=/opt/bin:/usr/bin'] })
})

test('the configuration: an image without one proves nothing', () => {
  const claim = makeClaim({}, {})
  const step = proveConfiguration({ ...claim, result: { ...claim.result, config: null } })
  assert.equal(told(step), 'failed: an image without a configuration')
})
