/**
 * What judging costs beside reading: the same archive read alone, and read, stacked, owned, judged and reported. In
 * turn, in processes of their own; the ratio is taken pair by pair.
 *
 *   npm run bench:judging -- ARCHIVE.tar [--runs 5] [--max-ratio 1.15]
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { parseReference } from '../src/image/reference.ts'
import { readImages } from '../src/image/sources.ts'
import { inspectImages } from '../src/inspect.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    mode: { type: 'string' },
    'max-ratio': { type: 'string' },
  },
})
const archive = positionals[0]
if (archive === undefined) throw new Error('name an archive: npm run bench:judging -- ARCHIVE.tar')
const reference = parseReference(`archive://${archive}`)
const world = {
  platform: 'linux/amd64',
  engine: () => {
    throw new Error('an archive needs no engine')
  },
}

const measure = async (mode: string): Promise<void> => {
  const from = process.hrtime.bigint()
  if (mode === 'read') await readImages([reference], { ...world, keep: () => 'none' })
  else await inspectImages([{ reference, builtFrom: null }], world)
  console.log(String(Number(process.hrtime.bigint() - from) / 1e9))
}

const seconds = (mode: string): number =>
  Number(
    execFileSync(process.execPath, [...process.execArgv, import.meta.filename, archive, '--mode', mode], {
      encoding: 'utf8',
    }),
  )

const compare = (): void => {
  seconds('read') // the file is in the page cache for both
  const ratios: number[] = []
  for (let run = 0; run < Number(values.runs); run += 1) {
    const [read, judged] = [seconds('read'), seconds('inspect')]
    ratios.push(judged / read)
    console.log(
      `run ${run + 1}: read ${read.toFixed(2)} s, judged ${judged.toFixed(2)} s, ratio ${(judged / read).toFixed(2)}`,
    )
  }
  const ratio = ratios.sort((a, b) => a - b)[ratios.length >> 1]!
  console.log(`${archive}: median ratio ${ratio.toFixed(2)}, Node ${process.versions.node}`)
  if (values['max-ratio'] && ratio > Number(values['max-ratio'])) process.exitCode = 1
}

if (values.mode) await measure(values.mode)
else compare()
