/** A Dockerfile line as a link to the very commit it was read from. */
import type { LineRange, StageSource } from '../../report/types.ts'
import { cellCode, code, link } from '../escape/markdown.ts'
import { cut, oneLine } from '../escape/visible.ts'
import { type LineSide, lineText, sideKey, stageWords } from '../model/lines.ts'
import type { Page } from './page.ts'

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

const commitOf = ({ review, context }: Page, side: LineSide): string | null => {
  // the checked-out commit, which may be GitHub's merge commit: the lines were read from that one
  const head = context.headSha === null ? null : (review.head.ref ?? context.headSha)
  const commit = side === 'head' ? head : (review.base?.ref ?? null)
  return commit !== null && COMMIT.test(commit) ? commit : null
}

/** Null unless the path is plainly one inside the repository. */
const lineUrl = (page: Page, { file, start, end }: LineRange, side: LineSide): string | null => {
  const commit = commitOf(page, side)
  const inside =
    /^[^/]/.test(file) && !file.split('/').some(part => part === '..' || part === '.' || part === '')
  if (commit === null || page.context.repositoryUrl === null || !inside || /\p{Cs}/u.test(file)) return null
  const path = file.split('/').map(encode).join('/')
  return `${page.context.repositoryUrl}/blob/${commit}/${path}#L${start}${end > start ? `-L${end}` : ''}`
}

const encode = (part: string): string =>
  encodeURIComponent(part).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** For a paragraph; empty without a line. */
export const lineLink = (page: Page, line: LineRange | null, side: LineSide = 'head'): string =>
  line === null ? '' : link(code(lineText(line), 60), lineUrl(page, line, side))

/** The line, and for what a `COPY --from` brought the stage that made it: "…, from stage `build`, `Dockerfile:5`". */
export const sourceLink = (
  page: Page,
  line: LineRange | null,
  madeBy: StageSource | null | undefined,
): string =>
  [lineLink(page, line), stageWords(madeBy, code, range => lineLink(page, range))].filter(Boolean).join(', ')

/** The same for a table cell. */
export const sourceCell = (
  page: Page,
  line: LineRange | null,
  madeBy: StageSource | null | undefined,
  side: LineSide,
): string =>
  [lineCell(page, line, side), stageWords(madeBy, cellCode, range => lineCell(page, range, side))]
    .filter(Boolean)
    .join(', ')

/** For a table cell; empty without a line. */
export const lineCell = (page: Page, line: LineRange | null, side: LineSide = 'head'): string =>
  line === null ? '' : link(cellCode(lineText(line), 60), lineUrl(page, line, side))

/** An instruction in one short line, for a table cell; empty when unknown. */
export const instructionCell = (page: Page, line: LineRange | null, side: LineSide, max = 48): string => {
  const instruction = page.instructions.get(sideKey(line, side))
  return instruction === undefined ? '' : cellCode(cut(oneLine(instruction), max), max)
}
