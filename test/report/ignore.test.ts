import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UserError } from '../../src/errors.ts'
import { applyIgnores, ignoreNotes, parseIgnoreLine } from '../../src/report/ignore.ts'
import { makeFinding, makeHazard, makeReport } from '../support/report-factory.ts'

const parse = (line: string) => parseIgnoreLine(line, 'ignore')

test('a line names what, why and until when', () => {
  const cases: readonly [line: string, subject: string, reason: string, until: string | null][] = [
    ['gcc-12 # torch.compile needs it', 'gcc-12', 'torch.compile needs it', null],
    ['gcc-12 # torch.compile until 2027-01-31', 'gcc-12', 'torch.compile', '2027-01-31'],
    [
      '/usr/local/go/** # builds plug-ins, until 2027-01-31',
      '/usr/local/go/**',
      'builds plug-ins',
      '2027-01-31',
    ],
    ['vcs-data # issue #12 # and more', 'vcs-data', 'issue #12 # and more', null],
  ]
  for (const [line, subject, reason, until] of cases)
    assert.deepEqual(parse(line), { subject, reason, until }, line)
})

test('an entry without a reason is an error that shows the form', () => {
  for (const line of ['gcc-12', 'gcc-12 #', 'gcc-12 # until 2027-01-31', 'gcc-12#why'])
    assert.throws(
      () => parse(line),
      (error: unknown) =>
        error instanceof UserError &&
        /^ignore: "gcc-12.*has no reason: write "gcc-12.* # why"$/.test(error.message),
      line,
    )
})

test('a bad subject and a bad date are errors that show the form', () => {
  assert.throws(
    () => parse('gcc 12 # why'),
    /"gcc 12" is no rule, package or path: write "gcc-12 # why until/,
  )
  assert.throws(() => parse('# why'), UserError)
  assert.throws(() => parse('a`b # why'), UserError)
  for (const date of ['2027-13-01', '2027-02-30', 'tomorrow', '31.1.2027'])
    assert.throws(
      () => parse(`gcc # why until ${date}`),
      /is no date: write "gcc # why until 2027-01-31"/,
      date,
    )
})

const gcc = makeFinding({ subject: 'gcc-12', requestedBy: ['gcc'], bytes: 50 })
const cpp = makeFinding({ subject: 'cpp-12', requestedBy: ['gcc'], bytes: 20 })
const git = makeFinding({
  rule: 'vcs-data',
  subject: '/app/.git',
  paths: ['/app/.git/objects', '/app/.git/HEAD'],
  bytes: 10,
})
const inherited = makeFinding({ subject: 'make', inherited: true, bytes: 7 })
const hazard = makeHazard()
const report = makeReport({ findings: [gcc, cpp, git, inherited], hazards: [hazard] })

const silence = (...lines: readonly string[]) => applyIgnores(report, lines.map(parse), '2026-11-21')

test('an entry silences by rule, package, requester, key or path, and the leftovers shrink with it', () => {
  const cases: readonly [subject: string, silenced: number, leftovers: number][] = [
    ['c-compiler', 3, 10],
    ['gcc-12', 1, 30],
    // what came only because of it
    ['gcc', 2, 10],
    ['/app/.git', 1, 70],
    // the checkout and the program that lacks a library
    ['/app/**', 2, 70],
    ['/app/.git/objects', 0, 80],
    ['gcc-1', 0, 80],
    ['libpq.so.5', 1, 80],
    ['missing-library', 1, 80],
    ['/app/server', 1, 80],
  ]
  for (const [subject, silenced, leftovers] of cases) {
    const { report: shown, ignored } = silence(`${subject} # why`)
    assert.equal(ignored[0]?.matched, silenced, subject)
    assert.equal(shown.size.leftovers, leftovers, subject)
    const left = report.findings.length + report.hazards.length - silenced
    assert.equal(shown.findings.length + shown.hazards.length, left, subject)
  }
})

test('an entry holds on its last day and not on the next', () => {
  assert.equal(silence('gcc-12 # why until 2026-11-21').report.findings.length, 3)
  const { report: shown, ignored } = silence('gcc-12 # why until 2026-11-20')
  assert.equal(shown, report)
  assert.deepEqual(ignored, [
    { subject: 'gcc-12', reason: 'why', until: '2026-11-20', matched: 0, expired: true },
  ])
})

test('a reader is told what was silenced and why, what has ended and what does nothing', () => {
  const { ignored } = silence(
    'gcc # torch.compile needs it',
    'cpp-12 # once more',
    'make # was needed until 2026-01-01',
    'cmake # nobody knows',
    '/opt/** # nobody knows',
  )
  assert.deepEqual(ignoreNotes(ignored), [
    'Silenced by `ignore`: `gcc` (torch.compile needs it), `cpp-12` (once more).',
    'The `ignore` entry `make` ended on 2026-01-01: what it silenced counts again.',
    'Nothing matches these `ignore` entries: `cmake`, `/opt/**`.',
  ])
  assert.deepEqual(ignoreNotes([]), [])
})
