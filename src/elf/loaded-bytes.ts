/** What a running program can see of its own file: no debug information, no names of symbols, no word of who compiled it. */
import { readHeader } from './elf-header.ts'
import { SEGMENT } from './elf-types.ts'

/** The bytes up to the end of what is loaded, and what was appended to the file; all of a file that tells neither. */
export const loadedBytes = (body: Buffer): Buffer => {
  const header = readHeader([{ offset: 0, bytes: body }])
  if (typeof header === 'string' || header.sectionCount === 0) return body
  const loads = header.segments.filter(({ type }) => type === SEGMENT.load)
  if (loads.length === 0) return body
  const loaded = Math.max(...loads.map(({ offset, fileBytes }) => offset + fileBytes))
  const end = header.sectionOffset + header.sectionBytes * header.sectionCount
  return loaded < end && end <= body.length
    ? Buffer.concat([body.subarray(0, loaded), body.subarray(end)])
    : body
}
