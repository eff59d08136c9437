import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UserError } from '../../src/errors.ts'
import { compileGlob } from '../../src/report/glob.ts'

test('a star stays in its directory, two cross directories, a question mark is one character', () => {
  const cases: readonly [pattern: string, path: string, matches: boolean][] = [
    ['/usr/local/go/**', '/usr/local/go/bin/go', true],
    ['/usr/local/go/**', '/usr/local/gopher', false],
    ['/usr/*/go', '/usr/local/go', true],
    ['/usr/*/go', '/usr/local/lib/go', false],
    ['/usr/**/go', '/usr/go', true],
    ['/usr/**/go', '/usr/a/b/go', true],
    ['**/*.a', '/usr/lib/libc.a', true],
    ['/app/?.js', '/app/a.js', true],
    ['/app/?.js', '/app/ab.js', false],
    ['/app/?', '/app//', false],
    ['app', '/app', true],
    ['/a.b', '/axb', false],
    ['/a[b]', '/ab', false],
    ['/{a,b}', '/a', false],
    ['/äö*', '/äöü', true],
  ]
  for (const [pattern, path, matches] of cases)
    assert.equal(compileGlob(pattern, 'ignore')(path), matches, `${pattern} ${path}`)
})

test('a pattern has a length limit', () => {
  assert.throws(() => compileGlob('*'.repeat(257), 'ignore'), UserError)
})

test('hostile patterns take linear time', () => {
  const path = `/${'a'.repeat(4000)}`
  const started = performance.now()
  for (const pattern of [
    `/${'*a'.repeat(127)}b`,
    `/${'**/'.repeat(84)}b`,
    '/'.padEnd(256, '*'),
    `/${'a*'.repeat(127)}!`,
  ])
    assert.equal(compileGlob(pattern, 'ignore')(path), /^\/\*+$/.test(pattern), pattern)
  assert.ok(performance.now() - started < 1000)
})

test('a thousand patterns over ten thousand paths take less than two seconds', () => {
  const patterns = Array.from({ length: 1000 }, (_, i) =>
    compileGlob(
      ['/usr/**/l*', '**/*o*d*e*', '/**a**b**/?', '**/p*/*'][i % 4]! + (i % 8 < 4 ? '' : i),
      'ignore',
    ),
  )
  const paths = Array.from(
    { length: 10_000 },
    (_, i) => `/usr/local/lib/python3.12/site-packages/p${i}/module.py`,
  )
  // processor time: other tests run beside this one
  const started = process.cpuUsage()
  let found = 0
  for (const matches of patterns) for (const path of paths) if (matches(path)) found += 1
  const elapsedMs = process.cpuUsage(started).user / 1000
  assert.ok(found > 0)
  assert.ok(elapsedMs < 2000, `${Math.round(elapsedMs)} ms`)
})
