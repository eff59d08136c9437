import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeLayer, encodeLayer } from '../../src/image/layer-facts.ts'
import { Directories } from '../../src/tree/entries.ts'
import { readLayers } from '../support/make-image.ts'
import { directory, file, symlink } from '../support/make-tar.ts'

const CAPABILITY = 'SCHILY.xattr.security.capability'

test('a layer is the same after it was written and read, capabilities among it', () => {
  const value = Buffer.from('0100000200040000', 'hex')
  const [read] = readLayers(
    [
      [
        directory('bin'),
        file('bin/web', 'program', { mode: 0o755, pax: { [CAPABILITY]: value } }),
        symlink('bin/link', 'web'),
        file('bin/plain', 'other'),
        directory('bin/folder', { pax: { [CAPABILITY]: value } }),
      ],
    ],
    () => 'all',
  )
  const layer = { ...read!, blob: { sizeBytes: 1, compressed: false } }
  const again = decodeLayer(encodeLayer(layer), new Directories())
  assert.deepEqual([...layer.entries.capabilities], [[1, value.toString('hex')]])
  assert.deepEqual([...again.entries.capabilities], [...layer.entries.capabilities])
  for (let id = 0; id < layer.entries.length; id += 1)
    for (const key of ['path', 'type', 'mode', 'link', 'hashHex'] as const)
      assert.equal(again.entries[key](id), layer.entries[key](id))
  assert.deepEqual(again.bodies, layer.bodies)
})
