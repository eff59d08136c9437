/** Inputs that once broke a parser, each as small as it could be made; and a short run of every fuzz target. */
import { test } from 'node:test'
import { runCases } from './run-cases.ts'
import { TARGETS } from './targets/index.ts'

/** By target: what was wrong, and the bytes. */
const FOUND: readonly (readonly [target: string, what: string, bytes: Buffer])[] = [
  [
    'dpkg',
    'a diversion to nowhere gave a package a file without a name',
    Buffer.from(
      'Package: a\nStatus: install ok installed\nArchitecture: amd64\n\x1e/usr/bin/a\n\x1e/usr/bin/a\n\nb\n',
      'latin1',
    ),
  ],
]

for (const [name, what, bytes] of FOUND)
  test(`found by fuzzing, ${name}: ${what}`, async () => {
    await TARGETS.find(target => target.name === name)!.run(bytes)
  })

/** A moment in every run of the tests; `npm run fuzz` is for more, and CI runs it for a minute each. */
const SMOKE_SECONDS = 1.5

for (const target of TARGETS)
  test(`${target.about}: broken input ends with a result or an error for people`, {
    timeout: 60_000,
  }, async t => {
    const { cases, slowestMs, failure } = await runCases(target, {
      seed: 20_261_121,
      cases: 20_000,
      seconds: SMOKE_SECONDS,
    })
    t.diagnostic(`${cases} cases, the slowest ${Math.round(slowestMs)} ms`)
    if (failure) throw new Error(`npm run fuzz -- ${target.name}: ${failure}`)
  })
