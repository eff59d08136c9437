/**
 * `npm run guard:faults`: the built action, under every fault of the matrix. Exits 1 when anything happened that must never
 * happen. `-- --every 12` runs a part; `-- --only WORDS` what has these words in its name.
 */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { type FaultCase, faultCases } from './fault-cases.ts'
import { BREACHES, judgeRun, type Reference, type Seen } from './judge-run.ts'
import { writeResults } from './results.ts'
import { runAction } from './run-action.ts'
import { IMAGES, makeShallow, openWorkshop, type Workshop } from './workshop.ts'

/** Two builds of 4 s, 30 s for the compare API and 50 s for the comment, and room for a busy machine. */
const LIMIT_MS = 120_000

interface Options {
  readonly every?: number
  readonly only?: string
  readonly places?: number
  /** Without the cases that wait for most of a minute. */
  readonly hasty?: boolean
}

export interface FaultFigures {
  readonly runs: number
  /** Runs and, of these, those that ended with 0, by phase. */
  readonly phases: Readonly<Record<string, { readonly runs: number; readonly exit0: number }>>
  readonly breaches: Readonly<Record<string, number>>
}

/** Runs the matrix. `tell` hears of each breach, with what is needed to understand it. */
export const runFaults = async (
  { every = 1, only = '', places = 4, hasty = false }: Options,
  tell: (sentence: string) => void,
): Promise<FaultFigures> => {
  const cases = faultCases()
    .filter(({ phase, fault }) => `${phase}: ${fault}`.includes(only))
    .filter(({ patient }) => !(hasty && patient))
    .filter((_, i) => i % every === 0)
  const waiting = [...cases]
  const phases: Record<string, { runs: number; exit0: number }> = {}
  const breaches: Record<string, number> = Object.fromEntries(BREACHES.map(breach => [breach, 0]))
  const work = async (): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-faults-'))
    const workshop = await furnish(folder)
    const shallow = makeShallow(workshop)
    try {
      const references = new Map<string, Reference>()
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const at = next.shallow ? shallow : workshop
        const key = `${next.way} ${next.shallow ?? ''}`
        if (!references.has(key)) references.set(key, await runCase(at, faultless(next)))
        const seen = await runCase(at, next)
        const found = judgeRun(next, seen, references.get(key)!)
        const phase = phases[next.phase] ?? { runs: 0, exit0: 0 }
        phases[next.phase] = phase
        phase.runs += 1
        if (seen.result.status === 0) phase.exit0 += 1
        for (const breach of found) breaches[breach]! += 1
        if (found.length > 0) tell(describe(next, seen, found))
      }
    } finally {
      await workshop.stop()
    }
  }
  await Promise.all(Array.from({ length: Math.min(places, cases.length) }, work))
  return { runs: cases.length, phases, breaches }
}

const describe = (one: FaultCase, { result, comments }: Seen, found: readonly string[]): string =>
  [
    `${one.way}, ${one.phase}: ${one.fault}: ${found.join(', ')}`,
    `  must ${one.must}; status ${result.status} after ${Math.round(result.ms / 100) / 10} s, ${comments.length} comments`,
    `  left: ${result.litter.join(' ')} ${result.orphans.join(' ')}`,
    ...result.stdout
      .split('\n')
      .filter(line => /^::(?:error|notice)|^Comment/.test(line))
      .map(line => `  ${line.slice(0, 300)}`),
    ...result.stderr
      .split('\n')
      .slice(0, 4)
      .map(line => `  ${line.slice(0, 200)}`),
  ].join('\n')

const faultless = ({ way, shallow }: FaultCase): FaultCase => ({
  phase: 'compare',
  fault: 'none',
  way,
  ...(shallow && { shallow }),
  must: 'be the same',
})

const runCase = async (workshop: Workshop, one: FaultCase): Promise<Seen> => {
  const { head, base } = workshop.commits
  const earlier = `<!-- plimsoll v=1 key=default run=99.1 head=${'d'.repeat(40)} -->\nan earlier comment`
  const fake = await startFakeGitHub({
    headSha: head,
    mergeBaseSha: base,
    comments: [{ author: 'maria', body: 'Hello' }, ...(one.held ? [{ body: earlier }] : [])],
    faults: one.github ?? [],
  })
  const engine = one.way === 'tcp' ? workshop.tcp : workshop.engine
  engine.images = one.images?.(IMAGES) ?? IMAGES
  const environment = Object.fromEntries(
    Object.entries(one.environment ?? {}).map(([name, value]) => [
      name,
      value.replaceAll('{}', workshop.folder),
    ]),
  )
  try {
    const result = await runAction(workshop, {
      way: one.way,
      apiUrl: fake.url,
      limitMs: LIMIT_MS,
      environment,
      ...(one.inputs && { inputs: one.inputs }),
      ...(one.engine && { engineFaults: one.engine }),
    })
    return { result, comments: fake.comments.filter(({ body }) => body.startsWith('<!-- plimsoll')) }
  } finally {
    engine.images = IMAGES
    await fake.stop()
  }
}

/** A workshop with what some faults need: saved reports, whole and not, and a folder whose files have no room. */
const furnish = async (folder: string): Promise<Workshop> => {
  const workshop = await openWorkshop(folder)
  const fake = await startFakeGitHub({ headSha: workshop.commits.head })
  const { files } = await runAction(workshop, { way: 'buildx', apiUrl: fake.url })
  await fake.stop()
  const saved = files.get('report.json') ?? ''
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  for (const share of [1, 50, 99])
    write(`saved-${share}.json`, saved.slice(0, Math.floor((saved.length * share) / 100)))
  write('saved-512.json', saved.slice(0, -512))
  write('saved-platform.json', saved.replace('linux/amd64', 'linux/s390x'))
  write('saved-version.json', saved.replace(/"schemaVersion": ?\d+/, '"schemaVersion": 99'))
  write('saved-incomplete.json', saved.replace(/"complete": ?true/, '"complete": false'))
  write('half-event.json', '{"pull_request": {"number": 7,')
  mkdirSync(join(folder, 'full'))
  symlinkSync('/dev/full', join(folder, 'full', 'report.json'))
  return workshop
}

const numberAfter = (name: string): number | undefined => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : Number(process.argv[at + 1])
}

if (process.argv[1] === import.meta.filename) {
  const every = numberAfter('--every') ?? 1
  const places = numberAfter('--places') ?? 4
  const at = process.argv.indexOf('--only')
  const only = at < 0 ? '' : (process.argv[at + 1] ?? '')
  const figures = await runFaults({ every, places, only }, sentence => console.error(sentence))
  console.log(JSON.stringify(figures, null, 2))
  const isAll = every === 1 && only === ''
  if (isAll) writeResults('faults', figures)
  if (figures.runs === 0 || Object.values(figures.breaches).some(count => count > 0)) process.exitCode = 1
}
