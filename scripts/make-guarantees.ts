/** `npm run guarantees`: docs/guarantees.md from what the guards found and from the bundles' licences; `-- --check` compares. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const results = (name: string) =>
  JSON.parse(readFileSync(join(root, 'test', 'guard', 'results', `${name}.json`), 'utf8'))

interface Phase {
  readonly runs: number
  readonly exit0: number
}

const number = (value: number): string => value.toLocaleString('en-US')

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [
    `| ${head.join(' | ')} |`,
    `|${head.map((_, i) => (i === 0 ? ':--' : '--:')).join('|')}|`,
    ...rows.map(row => `| ${row.join(' | ')} |`),
  ].join('\n')

const faults = results('faults')
const races = results('races')
const injection = results('injection')
const canaries = results('canaries')
const determinism = results('determinism')
const surroundings = results('surroundings')

/** The packages in the bundles: name, a line with the licence's name, its text. */
const licences = (): readonly (readonly [string, string])[] => {
  const lines = ['action', 'cli'].flatMap(name =>
    readFileSync(join(root, 'dist', name, 'licenses.txt'), 'utf8').split('\n'),
  )
  const found = new Map<string, string>()
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1] ?? ''
    const isName = /^(?:@[\w.-]+\/)?[\w.-]+$/.test(line)
    if (isName && /^(?:MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|Unlicense|BlueOak-1\.0\.0)$/.test(next))
      found.set(line, next)
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1))
}

const text = `# What holds, and how often it was tried

Made from the results in \`test/guard/results/\` by \`npm run guarantees\`. Each script runs the built bundles, prints its figures and
ends with 1 where a zero is none. A part of each runs with the tests (\`test/guard/guard.test.ts\`).

## Faults: \`npm run guard:faults\`

An engine, a builder and GitHub's API that break off at 1 %, 50 %, 99 % and before the last 512 bytes, turn a bit over, stall, answer
slowly, close the connection before or after they did what they were asked, or answer 401, 403, 404, 410, 422, 429 or 5xx; a disk that
is full, folders that are files. ${number(faults.runs)} runs of \`dist/action\`:

${table(
  ['Phase', 'runs', 'of them exit 0'],
  Object.entries(faults.phases as Record<string, Phase>).map(([phase, { runs, exit0 }]) => [
    phase,
    runs,
    exit0,
  ]),
)}

${table(
  ['What must not happen', 'times'],
  Object.entries(faults.breaches).map(([name, count]) => [name, Number(count)]),
)}

## Races: \`npm run guard:races\`

${races.runs} runs at once write the same comment and 4 more another one, ${races.rounds} times, with delays of up to ${races.delayMs} ms before and after
each request and ${races.dropped * 100} % lost answers: one comment for each key in ${races.oneComment} of ${races.rounds} rounds, the newest run's data in ${races.newestData}, other people's
comments untouched in ${races.othersUntouched}; ${races.requestsPerRun} requests by one run in the mean.

## Strings of strangers: \`npm run guard:injection\`

${number(injection.strings)} strings (${injection.naughty} from the Big List of Naughty Strings) in ${injection.places} places and ${injection.sinks} sinks: ${number(injection.texts)} texts, read by cmark-gfm and by a
reimplementation of how the runner reads commands and outputs.

${table(
  ['What a string made', 'times'],
  Object.entries(injection.breaches).map(([name, count]) => [name, Number(count)]),
)}

## Secrets: \`npm run guard:canaries\`

A secret in each of ${canaries.places} places (build arguments, secrets, their files and variables, \`ENV\`, labels, history, paths, files of the image,
remotes, logins, errors, build logs), ${canaries.runs} runs that end well or badly, ${canaries.texts} texts that came out: ${canaries.leaks} leaks, as it is, as base64, as hex or reversed.

## The same bytes: \`npm run guard:determinism\`

${determinism.runs} runs under ${determinism.locales.length} locales (${determinism.locales.join(', ')}) and ${determinism.zones.length} time zones, ${determinism.texts.length} kinds of text each: ${determinism.different} that differed.

## Nothing else is touched: \`npm run guard:surroundings\`

${surroundings.runs} runs under strace, ${number(surroundings.writes)} writes and ${number(surroundings.connections)} connections of Plimsoll and of the git it starts.

${table(
  ['What must not happen', 'times'],
  [
    [
      'a write outside the temporary folder, the report folder, the runner’s files and git’s record of the worktree',
      surroundings.writesElsewhere,
    ],
    ['a connection to another than the engine and GitHub’s API', surroundings.otherHosts],
    ['a program other than docker, git and node', surroundings.otherPrograms],
    ['a checkout that is another afterwards', surroundings.checkoutsChanged],
  ],
)}

## What is in the bundles

Five dependencies, and what they bring along; the licences' texts are in \`dist/*/licenses.txt\`. \`dist/\` is rebuilt and compared with every
change, and a release is signed with where and from what it was built (\`.github/workflows/release.yml\`). \`npm run lint:workflows\` holds
all workflows, and those that the documentation shows, to actionlint and zizmor.

${table(['Package', 'Licence'], licences())}
`

const path = join(root, 'docs', 'guarantees.md')
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    console.error('docs/guarantees.md is not what the results say: run `npm run guarantees` and commit it.')
    process.exitCode = 1
  } else console.log('docs/guarantees.md is what the results say')
} else writeFileSync(path, text)
