/**
 * The image that makes dive crawl: 50,000 files, three layers that change the owner of all of them, and one that
 * deletes a part. Saved to a file, read by Plimsoll and by dive in turn.
 *
 *   npm run bench:crawl [-- --runs 5] [--save] [--check]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { MadeEntry } from '../test/support/make-tar.ts'
import { archiveOf, layerOf, writeFileOf } from './make-layers.ts'
import { CLI, cpuOf, interleave, medianOf, peakOf, ratio, run, runNode, wallOf } from './measure.ts'
import { report } from './results.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    save: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})
const FOLDERS = 500
const FILES_EACH = 100
const DELETED = 100
const CONTENT = 'x'.repeat(500)

const files = (uid: number) =>
  function* (): Iterable<MadeEntry> {
    for (let folder = 0; folder < FOLDERS; folder += 1) {
      yield { path: `app/node_modules/p${folder}/`, type: 'directory', uid, mode: 0o755 }
      for (let file = 0; file < FILES_EACH; file += 1)
        yield {
          path: `app/node_modules/p${folder}/f${file}.js`,
          content: `${folder} ${file} ${CONTENT}`,
          uid,
        }
    }
  }
const deletions = function* (): Iterable<MadeEntry> {
  for (let folder = 0; folder < DELETED; folder += 1) yield { path: `app/node_modules/.wh.p${folder}` }
}

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
try {
  const archive = join(folder, 'crawl.tar')
  const layers = [...[0, 1000, 2000, 3000].map(uid => layerOf(files(uid))), layerOf(deletions)]
  writeFileOf(archive, archiveOf(layers, 'bench/crawl:latest'))
  const costs = await interleave(
    {
      plimsoll: () => runNode([CLI, 'inspect', `archive://${archive}`, '--json', '--quiet']),
      dive: () => run(['dive', '--ci', '--source', 'docker-archive', archive], { statuses: [0, 1] }),
    },
    Number(values.runs),
  )
  const faster = ratio(costs.dive, costs.plimsoll)
  report(
    {
      id: 'crawl',
      what: '50,000 files, three times `chown -R`, then `rm -rf` of a fifth, saved to a file, against dive on the same file',
      bar: 'at least 10 × faster',
      command: 'npm run bench:crawl',
      rounds: costs.dive.length,
      figures: {
        archiveMB: layers.reduce((sum, layer) => sum + layer.sizeBytes, 0) / 1e6,
        diveWallSeconds: medianOf(costs.dive, wallOf),
        plimsollWallSeconds: medianOf(costs.plimsoll, wallOf),
        plimsollCpuSeconds: medianOf(costs.plimsoll, cpuOf),
        plimsollPeakMB: peakOf(costs.plimsoll),
        diveToPlimsoll: faster,
        diveToPlimsollCpu: ratio(costs.dive, costs.plimsoll, cpuOf),
      },
      reached: faster >= 10,
    },
    values,
  )
} finally {
  rmSync(folder, { recursive: true })
}
