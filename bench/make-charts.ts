/**
 * Makes the charts and the table of docs/performance.md from `bench/results.json`.
 *
 *   npm run bench:charts [-- --check]
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Row, readResults } from './results.ts'

const root = join(import.meta.dirname, '..')
const PAGE = join(root, 'docs', 'performance.md')
const CHARTS = join(root, 'docs', 'performance')
const [START, END] = ['<!-- results -->', '<!-- /results -->'] as const

const WIDTH = 640
const LABEL_WIDTH = 150
const VALUE_WIDTH = 70
const BAR_HEIGHT = 18
const GAP = 8
/** Greys and blues that can be read on a light page and on a dark one. */
const COLORS = { text: '#7d8590', plimsoll: '#2f81f7', other: '#9ea7b3' }

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** `plimsollWallSeconds` → `plimsoll`. */
const measured = (row: Row, unit: 'WallSeconds' | 'CpuSeconds'): [string, number][] =>
  Object.entries(row.figures).flatMap(([name, value]): [string, number][] =>
    name.endsWith(unit) && name.length > unit.length ? [[name.slice(0, -unit.length), value]] : [],
  )

const OURS = /^(plimsoll|judged|plain|zstd|gzip)$/

/** Bars of time; null for a row that has nothing to be compared. */
const chartOf = (row: Row): string | null => {
  const groups = (['WallSeconds', 'CpuSeconds'] as const).flatMap(unit => {
    const bars = measured(row, unit)
    return bars.length < 2 ? [] : [{ title: unit === 'WallSeconds' ? 'seconds' : 'seconds of CPU', bars }]
  })
  if (groups.length === 0) return null
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(([, value]) => value)))
  const lines: string[] = []
  let y = GAP
  for (const { title, bars } of groups) {
    lines.push(
      `<text x="${LABEL_WIDTH}" y="${y + 12}" fill="${COLORS.text}" font-weight="bold">${title}</text>`,
    )
    y += BAR_HEIGHT + GAP / 2
    for (const [name, value] of bars) {
      const width = Math.max(1, Math.round((value / most) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH)))
      const color = OURS.test(name) ? COLORS.plimsoll : COLORS.other
      lines.push(
        `<text x="${LABEL_WIDTH - GAP}" y="${y + 13}" text-anchor="end" fill="${COLORS.text}">${escapeXml(name)}</text>`,
        `<rect x="${LABEL_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="2" fill="${color}"/>`,
        `<text x="${LABEL_WIDTH + width + GAP}" y="${y + 13}" fill="${COLORS.text}">${value}</text>`,
      )
      y += BAR_HEIGHT + GAP
    }
    y += GAP
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${escapeXml(row.what)}</title>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n')
}

/** `plimsollToExport: 1.2` as words. */
const words = (row: Row): string =>
  Object.entries(row.figures)
    .map(
      ([name, value]) => `${name.replace(/([A-Z]+)/g, match => ` ${match.toLowerCase()}`).trim()} ${value}`,
    )
    .join(', ')

const pageOf = (text: string): string => {
  const results = readResults()
  if (!results) throw new Error('bench/results.json is missing: run a measurement with --save')
  const { machine, rows } = results
  const [before, rest] = text.split(START)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no ${START} … ${END}`)
  const made = [
    `Measured on ${machine.cores} cores (${machine.processor}), ${machine.memoryGB} GB, Linux ${machine.kernel}, Node ${machine.node}.`,
    '',
    '| What | Bar | Measured | Reached |',
    '|:--|:--|:--|:--|',
    ...rows.map(
      row =>
        `| ${row.what}<br>\`${row.command}\` | ${row.bar} | ${words(row)}<br>${row.rounds} rounds, ${row.date}, commit ${row.commit}, load before ${row.loadBefore} | ${row.reached ? 'yes' : `no${row.why ? `: ${row.why}` : ''}`} |`,
    ),
    '',
    ...rows.flatMap(row => (chartOf(row) ? [`![${row.what}](performance/${row.id}.svg)`, ''] : [])),
  ]
  return `${before}${START}\n${made.join('\n')}${END}${after}`
}

const page = readFileSync(PAGE, 'utf8')
const files = new Map([[PAGE, pageOf(page)]])
for (const row of readResults()?.rows ?? []) {
  const chart = chartOf(row)
  if (chart) files.set(join(CHARTS, `${row.id}.svg`), chart)
}
const stale = [...files].filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
if (process.argv.includes('--check')) {
  for (const [path] of stale)
    console.error(`${path} is not what bench/results.json says: npm run bench:charts`)
  if (stale.length > 0) process.exitCode = 1
} else {
  mkdirSync(CHARTS, { recursive: true })
  for (const [path, text] of stale) writeFileSync(path, text)
}
