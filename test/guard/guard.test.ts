/** A part of each guard, small enough for every change; the whole is in the scripts beside this file. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needProgram } from '../support/need.ts'
import { runCanaries } from './canaries.ts'
import { runDeterminism } from './determinism.ts'
import { runFaults } from './faults.ts'
import { injectionStrings, runInjection } from './injection.ts'
import { runRaces } from './races.ts'
import { runSurroundings } from './surroundings.ts'

const untold = (breaches: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(breaches).flatMap(([name, count]) => (count > 0 ? [`${name}: ${count}`] : []))

test('under a fault of each kind nothing ends well that is not whole, nothing hangs, and one comment stays one', async t => {
  if (!needProgram(t, 'git')) return
  const said: string[] = []
  const figures = await runFaults({ every: 17, places: 2, hasty: true }, sentence => said.push(sentence))
  assert.ok(figures.runs >= 25)
  assert.deepEqual(untold(figures.breaches), [], said.join('\n'))
})

test('ten runs at once leave one comment with the newest data', async () => {
  const said: string[] = []
  const options = { runs: 10, rounds: 4, together: 4, delayMs: 40, dropped: 0.05 }
  const figures = await runRaces(options, sentence => said.push(sentence))
  assert.deepEqual(
    [figures.oneComment, figures.newestData, figures.othersUntouched],
    [4, 4, 4],
    said.join('\n'),
  )
})

test('no string in any place breaks out of any sink', t => {
  if (!needProgram(t, 'cmark-gfm')) return
  const { strings, naughty } = injectionStrings(300)
  const said: string[] = []
  const figures = runInjection(strings, naughty, sentence => said.push(sentence))
  assert.deepEqual(untold(figures.breaches), [], said.slice(0, 20).join('\n'))
  const unseen = Object.entries(figures.shown).flatMap(([place, sinks]) =>
    sinks.length === 0 ? [place] : [],
  )
  // values of ENV and ARG are shown nowhere
  assert.deepEqual(
    unseen.filter(place => place !== 'version'),
    ['env and arg'],
    'a place that is not seen proves nothing',
  )
})

test('a secret in each place that holds one comes out nowhere', async t => {
  if (!needProgram(t, 'git')) return
  const said: string[] = []
  const figures = await runCanaries(sentence => said.push(sentence))
  assert.ok(figures.runs > 10)
  assert.deepEqual(said, [])
})

test('locales and time zones change no byte', async t => {
  if (!needProgram(t, 'git')) return
  const said: string[] = []
  await runDeterminism(3, sentence => said.push(sentence))
  assert.deepEqual(said, [])
})

test('nothing is written elsewhere, nobody else is spoken with, and the checkout stays as it is', async t => {
  if (!needProgram(t, 'strace')) return
  const said: string[] = []
  const figures = await runSurroundings(sentence => said.push(sentence), 4)
  assert.ok(figures.writes > 100 && figures.connections > 10)
  assert.deepEqual(said, [])
})
