import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepForRules } from '../../src/rules/index.ts'

test('only files that a rule reads are kept, and no large ones', () => {
  const cases: readonly [path: string, sizeBytes: number, kept: boolean][] = [
    ['/app/node_modules/.package-lock.json', 5e6, true],
    ['/app/node_modules/.package-lock.json', 5e8, false],
    ['/app/node_modules/.modules.yaml', 1000, true],
    ['/app/package.json', 1000, true],
    ['/app/node_modules/x/package.json', 1000, false],
    ['/usr/local/bin/docker-entrypoint.sh', 1000, true],
    ['/start', 1000, true],
    ['/start', 1e6, false],
    ['/app/.env', 1000, true],
    ['/app/.env', 1e6, false],
    ['/app/.env.example', 1000, false],
    ['/root/.ssh/id_ed25519', 400, true],
    ['/app/data.json', 1000, false],
    ['/app/service-account.json', 1000, true],
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', 1000, false],
    ['/app/main.py', 1000, false],
    ['/app/test/fixtures/key.pem', 1000, false],
  ]
  for (const [path, sizeBytes, kept] of cases) assert.equal(keepForRules(path, sizeBytes), kept, path)
})
