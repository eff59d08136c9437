/** One comment for several images: a table of all, and below it what a comment of each alone would say. */
import { formatMarker } from '../report/marker.ts'
import type { Review } from '../report/types.ts'
import { formatBytes, formatDelta, formatPercentDelta } from '../units.ts'
import { COMMENT_MAX_UNITS } from './comment.ts'
import { type CommentContext, minChangeOf } from './context.ts'
import { cellCode, htmlCode, prose } from './escape/markdown.ts'
import { bodySections, footer } from './markdown/body.ts'
import { isShortened, type Limits, type Page, pageOf } from './markdown/page.ts'
import { table } from './markdown/table.ts'
import { adviceGroups } from './model/advice.ts'
import { actionable } from './model/findings.ts'
import { isQuiet } from './model/headline.ts'
import { count } from './model/quote.ts'
import { renderSummary } from './summary.ts'

/** One image of several. The contexts differ in what concerns the image; key, run and head are the same for all. */
export interface ImagePart {
  readonly review: Review
  readonly context: CommentContext
  /** The base commit has no such image. */
  readonly isNew: boolean
}

/** How much is said: first the images that passed lose their details, then tables get shorter, then all details go. */
interface Level {
  readonly details: 'all' | 'failed' | 'none'
  readonly limits: Limits
}

const limits = (rows: number, whyRows: number, adviceRows: number): Limits => ({
  whyRows,
  adviceGroups: adviceRows,
  causes: rows,
  lines: rows,
  findings: rows,
  measured: rows > 0,
  diffs: rows > 0,
})

/** Whether something was left out is said of all images together. */
const EVERYTHING: Limits = limits(Number.POSITIVE_INFINITY, 7, 5)
const NOTHING: Limits = limits(-1, 7, 5)

const LEVELS: readonly Level[] = [
  { details: 'all', limits: limits(30, 7, 5) },
  { details: 'all', limits: limits(10, 5, 3) },
  { details: 'failed', limits: limits(20, 7, 5) },
  { details: 'failed', limits: limits(0, 3, 2) },
  { details: 'none', limits: limits(0, 3, 2) },
]

/** The comment's body, under 60,000 UTF-16 units. The marker, where there is a run and a head to name, is the first line. */
export const renderImagesComment = (images: readonly ImagePart[]): string => {
  for (const [i, level] of LEVELS.entries()) {
    const text = renderAt(images, level)
    if (text.length < COMMENT_MAX_UNITS || i === LEVELS.length - 1) return text
  }
  throw new RangeError('no level of detail fits a comment')
}

/** The job summary: the table, then every image with everything open. */
export const renderImagesSummary = (images: readonly ImagePart[]): string => {
  const each = images.map(({ review, context }) =>
    renderSummary(review, { ...context, key: 'one of several' }).trim(),
  )
  return `${[headline(images), imagesTable(images), ...each].join('\n\n')}\n`
}

const renderAt = (images: readonly ImagePart[], { details, limits }: Level): string => {
  const { context } = images[0]!
  const pages = images.map(image => ({ ...image, page: pageOf(image.review, image.context, limits, false) }))
  const quiet = images.filter(image => isUnchanged(image))
  const loud = pages.filter(image => !isUnchanged(image))
  const detailed = loud.filter(
    ({ review }) => details === 'all' || (details === 'failed' && review.verdict === 'fail'),
  )
  const isShort = detailed.length < loud.length || detailed.some(({ page }) => isShortened(page))
  const marker =
    context.headSha === null || context.runId === null
      ? []
      : [formatMarker({ key: context.key, run: context.runId, head: context.headSha })]
  const sections = [
    headline(images),
    ...(loud.length > 0 ? [imagesTable(loud)] : []),
    ...(quiet.length > 0
      ? [fold(`${count(quiet.length, 'unchanged image')}`, imagesTable(quiet), false)]
      : []),
    ...detailed.map(detail),
    footer({ ...pages[0]!.page, limits: isShort ? NOTHING : EVERYTHING }, 'the job summary'),
  ]
  return `${[...marker, sections.join('\n\n')].join('\n')}\n`
}

const isUnchanged = ({ review, context }: ImagePart): boolean => isQuiet(review, minChangeOf(context))

/** `❌ Images: 1 of 4 over budget · total 1.42 GB (+41.0 MB, new images not counted)`. */
const headline = (images: readonly ImagePart[]): string => {
  const failed = images.filter(({ review }) => review.verdict === 'fail')
  const isWarned = images.some(({ review }) => review.verdict === 'warn')
  const isAlone = images.some(({ review }) => review.base === null)
  const icon = failed.length > 0 ? '❌' : isWarned ? '⚠️' : isAlone ? 'ℹ️' : '✅'
  const byBudget = failed.every(({ review }) =>
    review.budgets.some(({ level, passed }) => level === 'fail' && passed === false),
  )
  const outcome =
    failed.length === 0
      ? String(images.length)
      : `${failed.length} of ${images.length} ${byBudget ? 'over budget' : 'failed'}`
  const total = images.reduce((sum, { review }) => sum + review.head.size.content, 0)
  return `## ${icon} Images: ${outcome} · total ${formatBytes(total)}${totalChange(images)}`
}

const totalChange = (images: readonly ImagePart[]): string => {
  const compared = images.filter(({ review }) => review.delta !== null)
  const others = images.filter(({ review }) => review.delta === null)
  if (compared.length === 0) return ''
  const change = compared.reduce((sum, { review }) => sum + review.delta!.content, 0)
  const left =
    others.length === 0
      ? ''
      : others.every(({ isNew }) => isNew)
        ? ', new images not counted'
        : ', images without a baseline not counted'
  return ` (${formatDelta(change)}${left})`
}

const RIGHT = { align: 'right' } as const
const COLUMNS = [
  { title: 'Image' },
  { title: 'Base', ...RIGHT },
  { title: 'This PR', ...RIGHT },
  { title: 'Change', ...RIGHT },
  { title: 'Leftovers', ...RIGHT },
  { title: '' },
]

const imagesTable = (images: readonly ImagePart[]): string =>
  table(
    COLUMNS,
    images.map(image => [
      cellCode(image.context.name, 60) + platformWords(image, images),
      image.review.base === null ? '–' : formatBytes(image.review.base.size.content),
      formatBytes(image.review.head.size.content),
      changeCell(image),
      formatBytes(image.review.head.size.leftovers),
      iconOf(image),
    ]),
  )

/** Said where two images have one name: a matrix of platforms. */
const platformWords = ({ review, context }: ImagePart, images: readonly ImagePart[]): string => {
  const isShared = images.filter(other => other.context.name === context.name).length > 1
  return isShared && review.head.image.platform !== null
    ? ` · ${cellCode(review.head.image.platform, 40)}`
    : ''
}

const changeCell = ({ review, isNew }: ImagePart): string => {
  const { delta } = review
  if (delta === null) return isNew ? 'new' : 'no baseline'
  const percent = delta.contentPercent === null ? '' : ` (${formatPercentDelta(delta.contentPercent)})`
  if (delta.content === 0) return formatDelta(0)
  return `${review.verdict === 'fail' ? `**${formatDelta(delta.content)}**` : formatDelta(delta.content)}${percent}`
}

const iconOf = ({ review, isNew }: ImagePart): string => {
  if (review.verdict === 'fail') return '❌'
  if (isNew) return '🆕'
  if (review.verdict === 'warn') return '⚠️'
  return review.base === null ? 'ℹ️' : '✅'
}

/** `❌ api: +38.2 MB, 2 fixes`, and what the image's own comment would say; open where it failed. */
const detail = (image: ImagePart & { readonly page: Page }): string => {
  const { review, context, page } = image
  const fixes = adviceGroups(actionable(review)).length
  const words = [
    review.delta === null ? (image.isNew ? 'new' : 'no baseline') : formatDelta(review.delta.content),
    ...(fixes === 0 ? [] : [fixes === 1 ? '1 fix' : `${fixes} fixes`]),
  ]
  const title = `${iconOf(image)} ${htmlCode(context.name, 60)}: ${words.join(', ')}`
  // the first section is the headline, whose numbers the title and the table have
  const missing =
    review.base === null && review.baseMissing !== null
      ? [`**No baseline:** ${prose(review.baseMissing, 600)}.`]
      : []
  const [, ...sections] = bodySections(page).filter(section => !missing.includes(section))
  return fold(title, [...missing, ...sections].join('\n\n'), review.verdict === 'fail')
}

/** @param title of our own words, or written for HTML */
const fold = (title: string, body: string, isOpen: boolean): string =>
  `<details${isOpen ? ' open' : ''}><summary>${title}</summary>\n\n${body}\n\n</details>`
