import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveEntryPoint } from '../../../src/fix/proof/entry-point.ts'
import { makeClaim, type SceneParts } from '../../support/make-scene.ts'
import { file } from '../../support/make-tar.ts'
import { told } from './told.ts'

const program = (path: string) => file(path, 'program', { mode: 0o755 })
const config = {
  entrypoint: ['server', '--config', '/etc/server.conf'],
  env: ['PATH=/usr/local/bin:/usr/bin'],
  runtime: {
    exposedPorts: [],
    volumes: [],
    stopSignal: null,
    healthcheck: '{"Test":["CMD","curl","-f","http://localhost"]}',
    shell: [],
    onBuild: [],
  },
}
const ORIGINAL: SceneParts = {
  config,
  own: [program('usr/local/bin/server'), program('usr/bin/curl'), file('etc/server.conf', 'port=80')],
}

const CASES: readonly (readonly [name: string, own: SceneParts['own'], told: string])[] = [
  [
    'all is where it was',
    ORIGINAL.own,
    'passed: what the image starts is there: /usr/local/bin/server, /etc/server.conf, /usr/bin/curl',
  ],
  [
    'the health check has lost its program',
    [program('usr/local/bin/server'), file('etc/server.conf', 'port=80')],
    'failed: not there: /usr/bin/curl',
  ],
  [
    'the program stands elsewhere',
    [program('usr/bin/server'), program('usr/bin/curl'), file('etc/server.conf', 'port=80')],
    'failed: not there: /usr/local/bin/server',
  ],
  [
    'the program may not be started any more',
    [file('usr/local/bin/server', 'program'), program('usr/bin/curl'), file('etc/server.conf', 'port=80')],
    'failed: not there: server',
  ],
]
for (const [name, own, expected] of CASES)
  test(`the entry point: ${name}`, () => {
    assert.equal(told(proveEntryPoint(makeClaim(ORIGINAL, { config, own: own! }))), expected)
  })
