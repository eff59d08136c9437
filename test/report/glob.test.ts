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

test('patterns over paths take hardly longer than reading the paths once for each of them', () => {
  const patterns = Array.from({ length: 250 }, (_, i) =>
    compileGlob(
      ['/usr/**/l*', '**/*o*d*e*', '/**a**b**/?', '**/p*/*'][i % 4]! + (i % 8 < 4 ? '' : i),
      'ignore',
    ),
  )
  const paths = Array.from(
    { length: 10_000 },
    (_, i) => `/usr/local/lib/python3.12/site-packages/p${i}/module.py`,
  )
  // processor time, and the best of three: other tests run beside this one
  const msOf = (work: (round: number) => number): number =>
    Math.min(
      ...[0, 1, 2].map(round => {
        const started = process.cpuUsage()
        assert.ok(work(round) > 0)
        return process.cpuUsage(started).user / 1000
      }),
    )
  const reading = msOf(round => {
    let sum = 0
    for (let n = 0; n < patterns.length; n += 1)
      for (const path of paths) for (let i = 0; i < path.length; i += 1) sum += path.charCodeAt(i) ^ round
    return sum
  })
  const matching = msOf(() => {
    let found = 0
    for (const matches of patterns) for (const path of paths) if (matches(path)) found += 1
    return found
  })
  assert.ok(matching < 4 * reading, `${Math.round(matching)} ms, and ${Math.round(reading)} ms to read`)
})
