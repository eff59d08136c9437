/**
 * `npm run guard:determinism`: the same images and inputs, twenty runs of the built action and of the built command, under
 * four locales and two time zones: every byte that comes out is the same. Exits 1 where one is not.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { makeImage } from '../support/make-image.ts'
import { directory, file, hardlink, type MadeEntry, symlink } from '../support/make-tar.ts'
import { createRandom } from '../support/random.ts'
import { dist } from './dist.ts'
import { writeResults } from './results.ts'
import { runAction } from './run-action.ts'
import { readOutputFile } from './runner.ts'
import { openWorkshop, WAYS, type Workshop } from './workshop.ts'

const LOCALES = ['C', 'de_DE.UTF-8', 'tr_TR.UTF-8', 'ja_JP.eucJP'] as const
const ZONES = ['UTC', 'Asia/Kolkata'] as const

export interface DeterminismFigures {
  readonly runs: number
  readonly locales: readonly string[]
  readonly zones: readonly string[]
  /** Kinds of text that were compared. */
  readonly texts: readonly string[]
  /** Texts that were not what the first run's were. */
  readonly different: number
}

/** Names that locales sort and write in their own ways, of equal and of different sizes. */
const entries = (seed: number): readonly MadeEntry[] => {
  const { below } = createRandom(seed)
  const names = [
    'ä',
    'z',
    'a',
    'I',
    'ı',
    'İ',
    'i',
    'ß',
    'ss',
    'é',
    'e\u0301',
    'あ',
    'ア',
    '10',
    '9',
    '１',
    'Z',
    '_',
    'ö',
  ]
  return names.flatMap((name, i) => [
    directory(`srv/${name}`),
    file(`srv/${name}/data`, 'x'.repeat(70_000 + 1000 * below(3))),
    file(`srv/${name}/small`, `${i}`.repeat(500)),
    hardlink(`srv/${name}/again`, `srv/${name}/small`),
    symlink(`srv/${name}/link`, 'data'),
    file(`root/.cache/pip/http/${name}`, 'y'.repeat(1000 * (1 + below(3)))),
  ])
}

const images = {
  base: makeImage([[directory('etc'), file('etc/os-release', 'ID=alpine\n')], entries(1)]),
  head: makeImage([[directory('etc'), file('etc/os-release', 'ID=alpine\n')], entries(2), entries(3)]),
}

const FORMATS = ['text', 'json', 'markdown', 'sarif', 'html'] as const

/** All that one run of the action and the command gives, by name. */
const textsOf = async (
  workshop: Workshop,
  way: (typeof WAYS)[number],
  environment: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> => {
  const fake = await startFakeGitHub({ headSha: workshop.commits.head })
  const inputs = { 'max-increase': '1 kB', 'warn-increase': '1 kB', 'fail-on': '' }
  const { files, summary, outputFile, stdout } = await runAction(workshop, {
    way,
    apiUrl: fake.url,
    inputs,
    environment: { ...environment },
  })
  await fake.stop()
  const layout = (side: string): string => {
    const metadata = JSON.parse(readFileSync(join(workshop.folder, 'built', `metadata-${side}`), 'utf8'))
    return `oci-dir://${join(workshop.folder, 'built', `layout-${side}`)}@${metadata['containerimage.digest']}`
  }
  const command = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [join(dist, 'cli', 'index.js'), ...args, '--quiet'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: workshop.folder, ...environment },
      maxBuffer: 1 << 28,
    })
  return new Map([
    ...files,
    ['comment', fake.comments.map(({ body }) => body).join('\n')],
    ['summary', summary],
    ['outputs', JSON.stringify([...readOutputFile(outputFile)])],
    ['annotations', stdout.replace(/^(?!::(?:error|warning) ).*$/gm, '')],
    ...FORMATS.flatMap(format => [
      [`inspect --format ${format}`, command('inspect', layout('head'), '--format', format)] as const,
      [
        `compare --format ${format}`,
        command('compare', layout('base'), layout('head'), '--format', format),
      ] as const,
    ]),
  ])
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What only the way that an image is read in may change: its sizes as packed, and what the engine's builder prints. */
export const runDeterminism = async (
  runs: number,
  tell: (sentence: string) => void,
): Promise<DeterminismFigures> => {
  const workshop = await openWorkshop(mkdtempSync(join(tmpdir(), 'plimsoll-determinism-')), {
    images,
    dockerfile: 'FROM busybox:latest\nCOPY app /app/\nRUN make data\nRUN pip install thing\n',
  })
  const first = new Map<string, string>()
  let different = 0
  const names = new Set<string>()
  try {
    for (let run = 0; run < runs; run += 1) {
      const locale = LOCALES[run % LOCALES.length]!
      const zone = ZONES[Math.floor(run / LOCALES.length) % ZONES.length]!
      const environment = { LC_ALL: locale, LANG: locale, LANGUAGE: locale, TZ: zone }
      const way = WAYS[run % 2 === 0 ? 0 : 3]!
      for (const [name, text] of await textsOf(workshop, way, environment)) {
        names.add(name)
        if (text === '' && name !== 'annotations') throw new Error(`${name} is empty in run ${run}`)
        const known = first.get(name) ?? digest(text)
        first.set(name, known)
        if (known === digest(text)) continue
        different += 1
        tell(`run ${run}, ${locale}, ${zone}: ${name} is another than in the first run`)
      }
    }
  } finally {
    await workshop.stop()
  }
  return { runs, locales: LOCALES, zones: ZONES, texts: [...names], different }
}

if (process.argv[1] === import.meta.filename) {
  const figures = await runDeterminism(20, sentence => console.error(sentence))
  console.log(JSON.stringify(figures, null, 2))
  writeResults('determinism', figures)
  if (figures.different > 0) process.exitCode = 1
}
