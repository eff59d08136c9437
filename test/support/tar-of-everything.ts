/** A good tar, to be broken. */
import { directory, file, hardlink, makeTar, padded, symlink } from './make-tar.ts'

const long = 'long/'.repeat(40)
/** Seven entries with something of everything, in about 20 blocks. */
export const TAR_OF_EVERYTHING = makeTar([
  directory('a'),
  file('a/b', 'x'.repeat(700), { uid: 3_000_000_000, mode: 0o755 }),
  symlink('a/c', long, { longNames: 'gnu' }),
  hardlink(long, 'a/b', { pax: { uid: '7', size: '12', comment: 'none' } }),
  file('holes', Buffer.concat([padded('2\n0\n5\n100\n5\n'), Buffer.from('0123456789')]), {
    pax: {
      'GNU.sparse.major': '1',
      'GNU.sparse.minor': '0',
      'GNU.sparse.realsize': '900',
      'GNU.sparse.name': 'real',
    },
  }),
  file('a/.wh.b'),
  file('run', '#!/bin/sh\nexit 1\n', { mode: 0o755 }),
])
