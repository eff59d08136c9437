/**
 * `npm run guard:injection`: naughty and made-up strings in every place that data can come to, in every sink, judged by
 * GitHub's own Markdown reader and by a reading of the runner's sources. Exits 1 unless every count is zero.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { neutraliseLine } from '../../src/build/neutralise-log.ts'
import { writeAnnotations } from '../../src/github/write-annotations.ts'
import { OUTPUT_NAMES, writeOutputs } from '../../src/github/write-outputs.ts'
import { annotationsFor } from '../../src/render/annotations.ts'
import { renderComment } from '../../src/render/comment.ts'
import { renderHtml } from '../../src/render/html.ts'
import { renderImagesComment } from '../../src/render/images-comment.ts'
import { renderSarif } from '../../src/render/sarif.ts'
import { renderSummary } from '../../src/render/summary.ts'
import { renderReview } from '../../src/render/terminal.ts'
import { rules } from '../../src/rules/index.ts'
import { sharedFolder } from '../support/need.ts'
import { PLACES, type Place, reviewWith, type Subject } from './hostile-review.ts'
import { hostileStrings } from './hostile-strings.ts'
import {
  BREACHES,
  type Breach,
  judgeCommands,
  judgeHtml,
  judgeMarkdown,
  judgeOutputs,
  judgeSarif,
  judgeTerminal,
  type Tell,
} from './judge-text.ts'
import { writeResults } from './results.ts'
import { commandsIn } from './runner.ts'

export const SINKS = [
  'comment',
  'comment of several images',
  'summary',
  'HTML',
  'annotations and log',
  'outputs',
  'SARIF',
  'terminal',
] as const
type Sink = (typeof SINKS)[number]

export interface InjectionFigures {
  readonly strings: number
  readonly naughty: number
  readonly places: number
  readonly sinks: number
  /** Sinks that show what stands in a place; the others do not show it at all. */
  readonly shown: Readonly<Record<Place, readonly Sink[]>>
  readonly texts: number
  readonly breaches: Readonly<Record<Breach, number>>
}

const ANNOTATIONS = {
  error: ['title', 'file', 'line', 'endLine'],
  warning: ['title', 'file', 'line', 'endLine'],
}

/** What a function writes to the standard output. */
const captured = (write: () => void): string => {
  const original = process.stdout.write
  let text = ''
  process.stdout.write = ((chunk: string | Uint8Array) => {
    text += chunk
    return true
  }) as typeof process.stdout.write
  try {
    write()
  } finally {
    process.stdout.write = original
  }
  return text
}

const OUTPUT_FILE = join(tmpdir(), `plimsoll-outputs-${process.pid}`)

/** The file that `GITHUB_OUTPUT` names, when data stands in each output that can hold some. */
const outputsOf = (text: string): string => {
  writeFileSync(OUTPUT_FILE, '')
  process.env.GITHUB_OUTPUT = OUTPUT_FILE
  writeOutputs({
    ...(Object.fromEntries(OUTPUT_NAMES.map(name => [name, 1])) as object as Parameters<
      typeof writeOutputs
    >[0]),
    imageid: text,
    'report-json': `/tmp/${text}`,
    'report-markdown': text,
    json: JSON.stringify({ [text]: text, verdict: text }),
  })
  return readFileSync(OUTPUT_FILE, 'utf8')
}

const rendered = ({ review, reports, context }: Subject, text: string): Readonly<Record<Sink, string>> => ({
  comment: renderComment(review, context),
  'comment of several images': renderImagesComment([
    { review, context, isNew: review.base === null },
    { review, context: { ...context, target: 'other' }, isNew: false },
  ]),
  summary: renderSummary(review, context),
  HTML: renderHtml(review, reports, context),
  'annotations and log': captured(() => {
    writeAnnotations(annotationsFor(review))
    for (const line of text.split('\n')) process.stdout.write(`${neutraliseLine(line)}\n`)
  }),
  outputs: outputsOf(text),
  SARIF: renderSarif(review, { ...context, rules, home: null }),
  terminal: renderReview(review, context, { color: true, width: 100 }),
})

/** As many texts at once as one call of the Markdown reader takes well. */
const BATCH = 250

export const runInjection = (
  strings: readonly string[],
  naughty: number,
  tell: (sentence: string) => void,
): InjectionFigures => {
  const breaches = Object.fromEntries(BREACHES.map(breach => [breach, 0])) as Record<Breach, number>
  const told =
    (sink: string): Tell =>
    (breach, excerpt) => {
      breaches[breach] += 1
      tell(`${sink}: ${breach}: ${excerpt}`)
    }
  const harmless = [true, false].map(
    hasBase =>
      rendered(
        reviewWith(() => 'harmless', hasBase),
        'harmless',
      ).HTML,
  )
  let texts = 0
  for (let from = 0; from < strings.length; from += BATCH) {
    const documents: string[] = []
    for (const text of strings.slice(from, from + BATCH)) {
      for (const [i, hasBase] of [true, false].entries()) {
        const all = rendered(
          reviewWith(() => text, hasBase),
          text,
        )
        texts += SINKS.length
        documents.push(all.comment, all['comment of several images'], all.summary)
        judgeHtml(all.HTML, harmless[i]!, told(`HTML of ${JSON.stringify(text)}`))
        judgeCommands(
          commandsIn(all['annotations and log']),
          ANNOTATIONS,
          told(`log of ${JSON.stringify(text)}`),
        )
        judgeOutputs(all.outputs, OUTPUT_NAMES, told(`outputs of ${JSON.stringify(text)}`))
        judgeSarif(all.SARIF, told(`SARIF of ${JSON.stringify(text)}`))
        judgeTerminal(all.terminal, told(`terminal of ${JSON.stringify(text)}`))
      }
    }
    judgeMarkdown(documents, told('Markdown'))
  }
  rmSync(OUTPUT_FILE, { force: true })
  return {
    strings: strings.length,
    naughty,
    places: PLACES.length,
    sinks: SINKS.length,
    shown: shownIn(),
    texts,
    breaches,
  }
}

/** Where a word that stands in one place alone is seen: a place that is seen nowhere would prove nothing. */
const shownIn = (): InjectionFigures['shown'] =>
  Object.fromEntries(
    PLACES.map(place => {
      const subjects = [true, false].map(hasBase =>
        rendered(
          reviewWith(at => (at === place ? 'needle' : 'hay'), hasBase),
          'hay',
        ),
      )
      return [place, SINKS.filter(sink => subjects.some(all => all[sink].includes('needle')))]
    }),
  ) as Record<Place, Sink[]>

/** All of the Big List of Naughty Strings, where the test data is; and `count` made-up ones. */
export const injectionStrings = (
  count: number,
): { readonly strings: readonly string[]; readonly naughty: number } => {
  const folder = sharedFolder()
  const list: string[] =
    folder === null ? [] : JSON.parse(readFileSync(join(folder, 'corpora', 'strings', 'blns.json'), 'utf8'))
  return { strings: [...list, ...hostileStrings(count)], naughty: list.length }
}

if (process.argv[1] === import.meta.filename) {
  const { strings, naughty } = injectionStrings(Number(process.argv[2] ?? 10_000))
  let said = 0
  const figures = runInjection(strings, naughty, sentence => {
    said += 1
    if (said <= 40) console.error(sentence)
  })
  console.log(JSON.stringify(figures, null, 2))
  if (process.argv[2] === undefined) writeResults('injection', figures)
  if (naughty === 0) console.error('The list of naughty strings is not beside the checkout.')
  if (naughty === 0 || Object.values(figures.breaches).some(count => count > 0)) process.exitCode = 1
}
