/** The reader against Python's tarfile and GNU tar, on archives that their authors made to break readers. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { needShared } from '../support/need.ts'
import { readTar } from '../support/read-tar.ts'
import {
  comparable,
  type Listed,
  type Listing,
  listed,
  nastyTars,
  type Opinion,
  opinionsOf,
  sameEntries,
} from '../support/tar-opinions.ts'

/**
 * GNU tar and Python agree on the entries and we refuse. Keyed by the start of the file's name; the value is a part of
 * our error.
 */
const REFUSED_ALTHOUGH_AGREED: Readonly<Record<string, string>> = {
  // One block of zeros, then one of zeros and a newline. Go, and so every engine, refuses it: where a header was
  // overwritten by zeros, everything behind it would be missing without a word.
  'test_compat_plexus_archiver_tar.tar': 'data after a single block of zeros',
  // The size field is seven NULs and "0016". They read 0, Go skips the NULs and reads 14: two archives in one.
  'test_read_format_tar_timestamp_overflow.tar': 'the size in the header is not a number',
  // A name one byte above 1 MiB. Go has the same limit, so no engine could unpack it.
  'pax-bad-hdr-large.tar.bz2': 'the limit is 1048576',
}

/**
 * They agree, and our entries are the same; but the archive just stops after its last entry, and a longer one that was
 * cut at this place would look no different. The reader says so, and whoever has no digest to check must refuse.
 */
const WITHOUT_END_MARKER: readonly string[] = [
  'test_compat_tar_hardlink_1.tar',
  'gnu-long-path.tar',
  'nil-uid.tar',
  'notenoughnils.tar.gz',
  'pax-bad-mtime-file.tar',
  'pax-pos-size-file.tar',
  'ustar-file-reg.tar',
]

/** They do not agree, so there is no right answer to be equal to: whose we give, and why. */
const DISAGREED: Readonly<Record<string, 'python' | 'gnu' | 'refused'>> = {
  // Old directories that state the size of one block: GNU tar takes the next header for that block. Go does not.
  'test_compat_tar_directory_1.tar': 'python',
  // GNU tar strips the leading slash of a hard link's target when it lists. We give what is written.
  'test_leading_slash.tar': 'python',
  // GNU incremental archives keep times where ustar has the prefix; Python takes them for a directory's name.
  'gnu-incremental.tar': 'gnu',
  // Two long names in a row: Python takes the first, GNU tar and Go the last.
  'gnu-multi-hdrs.tar': 'gnu',
  'pax-multi-hdrs.tar': 'gnu',
  // Size and GNU.sparse.realsize: Python takes what comes last, which is the size of the stored part.
  'pax-nil-sparse-data.tar': 'gnu',
  'pax-nil-sparse-hole.tar': 'gnu',
  'pax-sparse-big.tar': 'gnu',
  // Links, directories and devices that state a size: GNU tar skips that many bytes and loses its way. Go does not.
  'hdr-only.tar': 'python',
  // A prefix in a GNU header, as Go wrote it before 1.8 and reads it still.
  'invalid-go17.tar': 'python',
  'pax-nul-xattrs.tar': 'refused',
  // A NUL in a PAX path: GNU tar stops at it, Python keeps it, Go refuses.
  'pax-nul-path.tar': 'refused',
  // An extended header and then the end: Python refuses, GNU tar lists nothing.
  'pax-path-hdr.tar': 'refused',
}

/** GNU tar refuses these, and so do we; Python 3.11.2 and 3.11.7 differ. */
const PYTHONS_DIFFER = [
  // A header with a bad checksum behind the first entry: the older one takes it for the end.
  'test_read_format_tar_acl_oob_read.tar',
  // Malformed records: one without a newline, one without "=". The newer one skips them.
  'test_read_pax_empty_val_no_nl.tar',
  'pax-bad-hdr-file.tar',
]

/** `gnu.tar.d5e6558d.tar` was called `gnu.tar`. */
const ownName = (file: string): string => basename(file).replace(/\.[0-9a-f]{8}\.tar$/, '')

/** What the two say of every archive of the corpus, or null after a skip. */
const opinions = (t: TestContext): readonly Opinion[] | null => {
  const files = nastyTars(t)
  const all = files && opinionsOf(t, files)
  if (all) assert.equal(all.length, files.length)
  return all
}

test('on awkward archives the entries are those of GNU tar and Python, or the difference has a reason', t => {
  const all = opinions(t)
  if (!all) return
  const seen = new Set<string>()
  for (const { file, python, gnu } of all) {
    const name = ownName(file)
    const reading = readTar(readFileSync(file))
    const ours = listed(reading)
    const isWhole = 'end' in reading && reading.end.endMarker
    if ('error' in python && 'error' in gnu) {
      assert.equal(isWhole, false, `${name}: both refuse (${python.error}; ${gnu.error}), and so must we`)
      continue
    }
    if (PYTHONS_DIFFER.includes(name)) {
      assert.ok('error' in gnu, name)
      assert.equal(ours, null, name)
      continue
    }
    const agreed = 'entries' in python && 'entries' in gnu && sameEntries(python.entries, gnu.entries)
    if (!agreed) {
      const whose = DISAGREED[name]
      assert.ok(whose, `${name}: they disagree, and nothing says whose entries are right`)
      seen.add(name)
      if (whose === 'refused') assert.equal(ours, null, name)
      else assertEntries(ours, whose === 'gnu' ? gnu : python, name)
    } else if (name in REFUSED_ALTHOUGH_AGREED) {
      seen.add(name)
      assert.ok(
        'error' in reading && reading.error.includes(REFUSED_ALTHOUGH_AGREED[name]!),
        JSON.stringify(reading),
      )
    } else {
      assertEntries(ours, python, name)
      if (!isWhole) seen.add(name)
      assert.equal(isWhole, !WITHOUT_END_MARKER.includes(name), `${name}: end marker`)
    }
  }
  const explained = [
    ...Object.keys(REFUSED_ALTHOUGH_AGREED),
    ...WITHOUT_END_MARKER,
    ...Object.keys(DISAGREED),
  ]
  assert.deepEqual([...seen].sort(), explained.sort(), 'every difference that is explained is there')
})

const assertEntries = (ours: readonly Listed[] | null, theirs: Listing, name: string): void => {
  assert.ok(ours && 'entries' in theirs, `${name}: refused`)
  assert.deepEqual(comparable(ours), comparable(theirs.entries), name)
}

test('awkward archives are the same whole and in small chunks, and each ends soon', t => {
  const folder = needShared(t, 'corpora', 'nasty-tars')
  if (!folder) return
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue
    const archive = readFileSync(join(entry.parentPath, entry.name))
    const start = performance.now()
    const whole = readTar(archive)
    assert.ok(performance.now() - start < 2000, `${entry.name} took too long`)
    // one of them is 26 MB: its first two MB have all kinds of entry that it has
    const part = archive.subarray(0, 2 ** 21)
    const expected = part.length === archive.length ? whole : readTar(part)
    for (const chunkBytes of part.length > 200_000 ? [511, 65_537] : [1, 511, 512, 513])
      assert.deepEqual(readTar(part, chunkBytes), expected, `${entry.name} in chunks of ${chunkBytes}`)
  }
})

test('an awkward archive cut at a block is never taken for whole before its end marker', t => {
  const folder = needShared(t, 'corpora', 'nasty-tars')
  if (!folder) return
  let tried = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue
    const archive = readFileSync(join(entry.parentPath, entry.name))
    const whole = readTar(archive)
    if ('error' in whole || archive.length > 50_000) continue
    tried += 1
    for (let at = 0; at < archive.length; at += 512) {
      const cut = readTar(archive.subarray(0, at))
      if ('error' in cut || !cut.end.endMarker) continue
      assert.deepEqual(cut.entries, whole.entries, `${entry.name} cut at ${at}`)
    }
  }
  assert.ok(tried >= 50, `${tried} archives`)
})
