/**
 * An engine that has one image of any size, made while it is sent and never on disk:
 *
 *   node bench/fake-engine.ts SOCKET GIGABYTES ASKED
 *
 * It says "ready" when it listens, and writes into the file ASKED when the export was first asked for, as
 * `process.hrtime.bigint()` tells it, which all processes of a machine share.
 */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import * as http from 'node:http'
import { headerBlock } from '../test/support/make-tar.ts'
import { archiveOf, configDigestOf, digestOf, END, type MadeLayer } from './make-layers.ts'

const [socketPath = '', gigabytes = '0', asked = ''] = process.argv.slice(2)

const FILE_BYTES = 64 << 20
const FILES_EACH = 32
const NOISE = randomBytes(1 << 20)

/** Layers of 2 GiB: 32 files of 64 MiB; what differs is their names. */
const noiseLayer = (index: number, files: number): MadeLayer => ({
  sizeBytes: files * (512 + FILE_BYTES) + END.length,
  chunks: function* () {
    for (let file = 0; file < files; file += 1) {
      yield headerBlock({ path: `srv/${index}/${file}.bin`, statedSize: FILE_BYTES })
      for (let at = 0; at < FILE_BYTES; at += NOISE.length) yield NOISE
    }
    yield END
  },
})

const files = Math.round((Number(gigabytes) * 1e9) / FILE_BYTES)
const layers: MadeLayer[] = []
for (let left = files; left > 0 || layers.length === 0; left -= FILES_EACH)
  layers.push(noiseLayer(layers.length, Math.max(0, Math.min(FILES_EACH, left))))
const digests = layers.map(digestOf)
const digestByLayer = new Map(layers.map((layer, i) => [layer, digests[i]!]))

http
  .createServer(async (request, response) => {
    const url = request.url ?? ''
    if (url.includes('/images/get')) {
      writeFileSync(asked, String(process.hrtime.bigint()))
      response.writeHead(200, { 'Content-Type': 'application/x-tar' })
      for (const chunk of archiveOf(layers, 'bench:latest', layer => digestByLayer.get(layer)!))
        if (!response.write(chunk)) await new Promise(resolve => response.once('drain', resolve))
      response.end()
    } else if (/\/images\/.*\/json/.test(url)) {
      const Layers = digests.map(digest => `sha256:${digest}`)
      const answer = {
        Id: `sha256:${configDigestOf(digests)}`,
        RepoTags: ['bench:latest'],
        RootFS: { Type: 'layers', Layers },
      }
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
    } else response.writeHead(404).end('{"message":"there is nothing else here"}')
  })
  .listen(socketPath, () => console.log('ready'))
