/**
 * The first line of every comment: which comment this is (`key`), which run measured it and for which commit. An HTML
 * comment, so readers never see it, and the first line, so a shortened body keeps it.
 */

/** `run` is `<run id>.<attempt>` of the measuring run, `head` the full SHA of the pull request's head. */
export interface Marker {
  readonly key: string
  readonly run: string
  readonly head: string
}

const LINE = /^<!-- plimsoll v=1 key=([\w.%-]*) run=([1-9]\d{0,19}\.[1-9]\d{0,9}) head=([0-9a-f]+) -->$/
const RUN = /^[1-9]\d{0,19}\.[1-9]\d{0,9}$/
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** The marker as one line without its end. Throws a RangeError on a run or head that could not be read back. */
export const formatMarker = ({ key, run, head }: Marker): string => {
  if (!RUN.test(run)) throw new RangeError(`a marker's run must be "<id>.<attempt>": ${JSON.stringify(run)}`)
  if (!SHA.test(head)) throw new RangeError(`a marker's head must be a full SHA: ${JSON.stringify(head)}`)
  return `<!-- plimsoll v=1 key=${encodeKey(key)} run=${run} head=${head} -->`
}

/** The marker in a line, or null unless the line is exactly what `formatMarker` writes. */
export const parseMarker = (line: string): Marker | null => {
  const [, encoded, run, head] = LINE.exec(line) ?? []
  if (encoded === undefined || run === undefined || head === undefined || !SHA.test(head)) return null
  const key = decodeKey(encoded)
  return key !== null && encodeKey(key) === encoded ? { key, run, head } : null
}

/** The marker in the first line of a comment's body, or null. GitHub may have changed line ends to CR LF. */
export const markerOf = (body: string): Marker | null => {
  const [first = ''] = body.split('\n', 1)
  return parseMarker(first.endsWith('\r') ? first.slice(0, -1) : first)
}

/** A comment's body without its marker line; unchanged when it has none. */
export const withoutMarker = (body: string): string => {
  if (!markerOf(body)) return body
  const end = body.indexOf('\n')
  return end < 0 ? '' : body.slice(end + 1)
}

/** Percent-encoding of all but letters, digits, `_`, `.` and a `-` that follows no `-`: `--` would end the comment early. */
const encodeKey = (key: string): string =>
  key
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[^\w.-]+/g, text => encodeURIComponent(text).replace(/[!'()*~]/g, percent))
    .replace(/(?<=-)-/g, percent)

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

const decodeKey = (encoded: string): string | null => {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return null
  }
}
