import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { parseCommandLine } from '../src/arguments.ts'
import { parseConfigFile } from '../src/config-file.ts'
import { UserError } from '../src/errors.ts'
import { OUTPUT_NAMES } from '../src/github/write-outputs.ts'
import { helpText } from '../src/help.ts'
import { inputSpecs } from '../src/inputs.ts'
import { parseList } from '../src/list.ts'
import { mergeValues, parseDuration, parseOptions, readActionInputs } from '../src/options.ts'
import { VERSION } from '../src/version.ts'

const root = join(import.meta.dirname, '..')
const actionYml = parse(readFileSync(join(root, 'action.yml'), 'utf8'))

const fromAction = (inputs: Readonly<Record<string, string>>) =>
  parseOptions(
    readActionInputs(
      Object.fromEntries(Object.entries(inputs).map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text])),
    ),
  )

const fromCommand = (...argv: string[]) => parseOptions(parseCommandLine(['review', ...argv]).values)

const refuses = (run: () => unknown, pattern: RegExp) =>
  assert.throws(
    run,
    (error: Error) =>
      error instanceof UserError && pattern.test(error.message) && !error.message.includes('\n'),
  )

test('action.yml has exactly the inputs and outputs that the code knows', () => {
  const known = inputSpecs()
    .filter(([, spec]) => spec.where.includes('action'))
    .map(([name]) => name)
  assert.deepEqual(Object.keys(actionYml.inputs), known)
  assert.deepEqual(Object.keys(actionYml.outputs), [...OUTPUT_NAMES])
  assert.equal(actionYml.runs.using, 'node24')
})

test('an input that the configuration file may hold has no default in action.yml, which would win over it', () => {
  for (const [name, spec] of inputSpecs())
    if (spec.where.includes('file') && spec.where.includes('action'))
      assert.equal(actionYml.inputs[name].default, undefined, name)
})

test('the defaults of action.yml give the same options as no inputs at all', () => {
  const defaults = Object.fromEntries(
    Object.entries(actionYml.inputs as Record<string, { default?: string }>)
      .filter(([name, input]) => input.default !== undefined && name !== 'github-token')
      .map(([name, input]) => [name, input.default!]),
  )
  assert.deepEqual(fromAction(defaults), fromAction({}))
})

test('the version is that of package.json', () => {
  assert.equal(VERSION, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
})

test('lists are read as build-push-action reads them', () => {
  const lines = (text: string) => parseList(text, { splitCommas: false, where: 'x' })
  const csv = (text: string) => parseList(text, { splitCommas: true, where: 'x' })
  assert.deepEqual(lines('A=1\n\n  B=2,3 \r\n'), ['A=1', 'B=2,3'])
  assert.deepEqual(lines('"KEY=a\nb",x\nC=""'), ['KEY=a\nb,x', 'C=""'])
  assert.deepEqual(lines('"say ""hi"""'), ['say "hi"'])
  assert.deepEqual(csv('a,b\nc'), ['a', 'b', 'c'])
  assert.deepEqual(csv('"a,b",c'), ['a,b', 'c'])
  refuses(() => lines('"open'), /closing/)
})

test('every input reaches its option', () => {
  const options = fromAction({
    context: 'app',
    file: 'app/D',
    target: 'run',
    'build-args': 'A=1\nB=2',
    secrets: 'id=value',
    'secret-envs': 'x=Y,z=W',
    platforms: 'linux/arm64',
    'no-cache': 'true',
    timeout: '90s',
    'max-size': '300 MB',
    'max-increase': '10% and 20 MB\n50 MiB',
    'max-leftovers': '5%',
    'max-layers': '12',
    'warn-increase': '1 MB',
    'fail-on': 'budget, new-leftovers',
    'warn-only': 'true',
    ignore:
      'gcc-12 # torch.compile needs it until 2027-01-31\n/usr/include/** # generated code includes them',
    'min-change': '1 kB',
    comment: 'always',
    'comment-key': 'k',
    summary: 'false',
    annotations: 'false',
    'report-dir': 'out',
    'cache-dir': '.plimsoll-cache',
    'github-token': 't',
    'base-ref': 'main',
    baseline: 'none',
  })
  assert.equal(options.build.context, 'app')
  assert.equal(options.build.file, 'app/D')
  assert.deepEqual(options.build.buildArgs, ['A=1', 'B=2'])
  assert.deepEqual(options.build.secretEnvs, ['x=Y', 'z=W'])
  assert.equal(options.build.platform, 'linux/arm64')
  assert.equal(options.build.noCache, true)
  assert.equal(options.build.timeoutMs, 90_000)
  assert.deepEqual(options.budgets, {
    maxSize: [{ bytes: 300e6, percent: null }],
    maxIncrease: [
      { bytes: 20e6, percent: 10 },
      { bytes: 50 * 2 ** 20, percent: null },
    ],
    maxLeftovers: [{ bytes: null, percent: 5 }],
    maxLayers: 12,
    warnIncrease: [{ bytes: 1e6, percent: null }],
  })
  assert.deepEqual(options.failOn, ['budget', 'new-leftovers'])
  assert.equal(options.warnOnly, true)
  assert.deepEqual(options.ignore, [
    { subject: 'gcc-12', reason: 'torch.compile needs it', until: '2027-01-31' },
    { subject: '/usr/include/**', reason: 'generated code includes them', until: null },
  ])
  assert.deepEqual(
    [options.minChangeBytes, options.comment, options.commentKey, options.summary, options.annotations],
    [1000, 'always', 'k', false, false],
  )
  assert.deepEqual(
    [options.reportDir, options.cacheDir, options.githubToken, options.baseRef, options.baseline],
    ['out', '.plimsoll-cache', 't', 'main', 'none'],
  )
})

test('a value that means nothing is refused, and the message says what would', () => {
  refuses(
    () => fromAction({ 'max-size': '300 M' }),
    /input "max-size": "300 M" is not a size: write "300 MB" \(1000s\) or "300 MiB"/,
  )
  refuses(() => fromAction({ 'max-size': '300' }), /add a unit/)
  refuses(() => fromAction({ 'max-increase': '10% and 20%' }), /twice/)
  refuses(() => fromAction({ comment: 'sometimes' }), /not one of always, on-change, on-failure, never/)
  refuses(() => fromAction({ comment: 'on-chnage' }), /did you mean "on-change"/)
  refuses(() => fromAction({ summary: 'yes' }), /neither true nor false/)
  refuses(() => fromAction({ platforms: 'linux/amd64,linux/arm64' }), /one platform at a time.*matrix/)
  refuses(() => fromAction({ timeout: '30' }), /"90s", "30m" or "2h"/)
  refuses(() => fromAction({ 'fail-on': 'budgets' }), /did you mean "budget"/)
  refuses(() => fromAction({ 'fail-on': 'none, budget' }), /"none" stands alone/)
  refuses(() => fromAction({ 'max-layers': '-3' }), /number of layers/)
  refuses(() => fromAction({ ignore: 'gcc-12 # why until 2027-02-31' }), /no date/)
  refuses(() => fromAction({ baseline: 'kept' }), /not one of auto, build, saved, none/)
  refuses(() => fromAction({ mode: 'publish' }), /needs "reports"/)
  refuses(() => fromAction({ mode: 'compare', reports: 'a/report.json' }), /reads no reports/)
  refuses(() => parseDuration('0s', 'timeout'), /not a time/)
})

test('fail-on: "none" is nothing everywhere; an empty input is one that was not given', () => {
  assert.deepEqual(fromAction({ 'fail-on': 'none' }).failOn, [])
  assert.deepEqual(fromAction({ 'fail-on': '' }).failOn, ['budget'])
  assert.deepEqual(fromCommand('--fail-on', 'none').failOn, [])
  assert.deepEqual(parseOptions(parseConfigFile('fail-on: none\n', 'p.yml')).failOn, [])
})

test('the command takes the names of the inputs and the singular of docker', () => {
  const options = fromCommand(
    'sub',
    '--build-arg',
    'A="x", y',
    '--build-args',
    'B=2',
    '--max-size',
    '1 GB',
    '--no-cache',
    '-f',
    'D',
    '--fail-on',
    '',
  )
  assert.equal(options.build.context, 'sub')
  assert.deepEqual(options.build.buildArgs, ['B=2', 'A="x", y'])
  assert.deepEqual(options.budgets.maxSize, [{ bytes: 1e9, percent: null }])
  assert.equal(options.build.noCache, true)
  assert.equal(options.build.file, 'D')
  assert.deepEqual(options.failOn, [])
  refuses(
    () => parseCommandLine(['review', '--max-sise', '1 MB']),
    /"--max-sise" is not known: did you mean "--max-size"/,
  )
  refuses(() => parseCommandLine(['inspekt', 'x']), /did you mean "inspect"/)
  refuses(() => parseCommandLine(['compare', 'x']), /usage: plimsoll compare BASE HEAD/)
  refuses(
    () => parseCommandLine(['inspect', 'x', '--format', 'xml']),
    /not one of text, markdown, json, sarif, html/,
  )
  refuses(() => parseCommandLine(['inspect', 'x', '--max-size']), /max-size/)
})

test('help names every option of the command and nothing of the action alone', () => {
  const help = helpText()
  for (const [name, spec] of inputSpecs())
    assert.equal(help.includes(`--${spec.alias ?? name}`), spec.where.includes('command'), name)
  assert.match(help, /plimsoll fix/)
})

test('the configuration file holds options, and what is given for the run wins', () => {
  const file = parseConfigFile(
    'max-size: 300 MB\nfail-on: [budget, new-leftovers]\nignore:\n  - "gcc-12 # why"\n  - match: /opt/**\n    reason: data\n    until: 2027-01-31\nwarn-only: true\n',
    'p.yml',
  )
  const options = parseOptions(mergeValues(file, parseCommandLine(['review', '--max-size', '1 GB']).values))
  assert.deepEqual(options.budgets.maxSize, [{ bytes: 1e9, percent: null }])
  assert.deepEqual(options.failOn, ['budget', 'new-leftovers'])
  assert.equal(options.warnOnly, true)
  assert.deepEqual(
    options.ignore.map(entry => [entry.subject, entry.reason, entry.until]),
    [
      ['gcc-12', 'why', null],
      ['/opt/**', 'data', '2027-01-31'],
    ],
  )
})

test('a mistake in the configuration file is named with the nearest known key', () => {
  refuses(
    () => parseConfigFile('max-increas: 1 MB\n', 'p.yml'),
    /p\.yml: "max-increas" is not known: did you mean "max-increase"/,
  )
  refuses(() => parseConfigFile('context: .\n', 'p.yml'), /"context" is not known/)
  refuses(() => parseConfigFile('max-size: [1\n', 'p.yml'), /p\.yml: /)
  refuses(() => parseConfigFile('- a\n', 'p.yml'), /expected "name: value"/)
  refuses(() => parseConfigFile('max-size:\n  a: b\n', 'p.yml'), /max-size: expected one value/)
  refuses(
    () => parseOptions(parseConfigFile('max-size: 300 M\n', 'p.yml')),
    /p\.yml: max-size: "300 M" is not a size/,
  )
  assert.equal(parseConfigFile('', 'p.yml').size, 0)
  assert.throws(() => parseConfigFile('__proto__: 1\n', 'p.yml'), UserError)
})
