/** File lists of package databases: one name on each line. */
import { pathFromBytes, pathFromText } from '../tree/path-bytes.ts'

/** Layers share the lists that they do not change: each is parsed once, and the result is shared too. */
const known = new WeakMap<Buffer, readonly string[]>()

/**
 * The lines of a list as paths in the report's writing. Empty lines are dropped.
 * @param toPath from a line to an absolute path, or null to skip the line
 */
export const readFileList = (body: Buffer, toPath: (line: string) => string | null): readonly string[] => {
  const before = known.get(body)
  if (before) return before
  const paths: string[] = []
  for (const line of readLines(body)) {
    const path = line === '' ? null : toPath(line)
    if (path !== null) paths.push(path)
  }
  known.set(body, paths)
  return paths
}

/**
 * Lines as text without loss: a name that is not UTF-8 stays distinct from every other name.
 * @param separator the character that ends a line
 */
export const readLines = (body: Buffer, separator: '\n' | '\0' = '\n'): string[] => {
  const text = body.toString('utf8')
  if (!text.includes('\uFFFD')) return pathFromText(text).split(separator)
  const lines: string[] = []
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(separator, start)
    const end = newline === -1 ? body.length : newline
    lines.push(pathFromBytes(body.subarray(start, end)))
    start = end + 1
  }
  return lines
}
