/** Files that one package moved out of another's way (dpkg-divert(1)). */
import { readLines } from './file-list.ts'

/** By original path: where it went, and the package that sent it there (`:` is an administrator: everybody's moves). */
export type Diversions = ReadonlyMap<string, { readonly to: string; readonly by: string }>

/** The file holds three lines for each diversion: from, to, package. A torn last one and what is no path is ignored. */
export const readDiversions = (body: Buffer | null): Diversions => {
  const diversions = new Map<string, { to: string; by: string }>()
  const lines = body ? readLines(body) : []
  for (let i = 0; i + 2 < lines.length; i += 3) {
    const [from, to, by] = [lines[i]!, lines[i + 1]!, lines[i + 2]!]
    if (from.startsWith('/') && to.startsWith('/')) diversions.set(from, { to, by })
  }
  return diversions
}

/** The places where a package's files really are; the same array when nothing of it was moved. */
export const divert = (files: readonly string[], name: string, diversions: Diversions): readonly string[] => {
  if (diversions.size === 0) return files
  const place = (path: string): string => {
    const diversion = diversions.get(path)
    return diversion && diversion.by !== name ? diversion.to : path
  }
  return files.some(path => place(path) !== path) ? files.map(place) : files
}
