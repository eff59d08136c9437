/** The page's data as rows with whole paths again. */
import { DIRECTORY, HIDDEN, LEFTOVER, type MapRow, type PageData } from '../src/render/html/page-types.ts'

export const unpackRows = ({ rows, owners }: PageData): MapRow[] => {
  let before = ''
  return rows.map(([shared, rest, flags, owner, line, base, head]) => {
    const path = before.slice(0, shared) + rest
    before = path
    return {
      path,
      kind: flags & DIRECTORY ? 'directory' : 'file',
      hidden: (flags & HIDDEN) !== 0,
      leftover: (flags & LEFTOVER) !== 0,
      owner: owners[owner] ?? null,
      line,
      base,
      head,
    }
  })
}
