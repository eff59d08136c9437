/**
 * One layer of a million files, judged by all rules, against the least that reading a tar costs: `bsdtar -t` of the
 * layer alone.
 *
 *   npm run bench:many-files [-- --files 1000000] [--runs 3] [--save] [--check]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { MadeEntry } from '../test/support/make-tar.ts'
import { archiveOf, layerOf, writeFileOf } from './make-layers.ts'
import { CLI, cpuOf, interleave, median, medianOf, peakOf, run, runNode, wallOf } from './measure.ts'
import { report } from './results.ts'

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
    save: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})
const files = Number(values.files)
const EACH = 50

const entries = function* (): Iterable<MadeEntry> {
  for (let at = 0; at < files; at += 1) {
    const folder = `srv/data/${Math.floor(at / 5000)}/d${Math.floor(at / EACH)}`
    if (at % EACH === 0) yield { path: `${folder}/`, type: 'directory', mode: 0o755 }
    yield { path: `${folder}/file-${at}.txt`, content: `content ${at}\n` }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
try {
  const layer = layerOf(entries)
  const paths = { layer: join(folder, 'layer.tar'), archive: join(folder, 'image.tar') }
  writeFileOf(paths.layer, layer.chunks())
  writeFileOf(paths.archive, archiveOf([layer], 'bench/many:latest'))
  const costs = await interleave(
    {
      listing: () => run(['bash', '-c', 'bsdtar -t -f "$0" > /dev/null', paths.layer]),
      plimsoll: () => runNode([CLI, 'inspect', `archive://${paths.archive}`, '--json', '--quiet']),
    },
    Number(values.runs),
  )
  const over = median(costs.plimsoll.map((cost, i) => cost.cpuSeconds - costs.listing[i]!.cpuSeconds))
  const peakMB = peakOf(costs.plimsoll)
  report(
    {
      id: 'many-files',
      what: `One layer of ${files.toLocaleString('en')} files, all rules on, against \`bsdtar -t\` of it`,
      bar: 'at most 4 s of CPU more; at most 512 MB',
      command: 'npm run bench:many-files',
      rounds: costs.listing.length,
      figures: {
        layerMB: layer.sizeBytes / 1e6,
        listingCpuSeconds: medianOf(costs.listing, cpuOf),
        plimsollCpuSeconds: medianOf(costs.plimsoll, cpuOf),
        plimsollWallSeconds: medianOf(costs.plimsoll, wallOf),
        overListingCpuSeconds: over,
        plimsollPeakMB: peakMB,
      },
      reached: over <= 4 && peakMB <= 512,
    },
    values,
  )
} finally {
  rmSync(folder, { recursive: true })
}
