/**
 * Why the size changed: packages first, then directories and files that no package owns, the base image, hidden
 * bytes, and an honest rest. Every byte goes to exactly one cause, so the causes add up to the delta (CONTRACT).
 */
import { parentOf } from '../path-parts.ts'
import { compareNames } from '../tree/path-bytes.ts'
import { baseImageCauses } from './base-image-causes.ts'
import { foldAlike } from './fold-alike.ts'
import { groupPackages } from './group-packages.ts'
import { hiddenCause } from './hidden-cause.ts'
import { areBasesKnown } from './lines.ts'
import { withoutMoves } from './moves.ts'
import { packageCauses } from './package-causes.ts'
import { explainPaths } from './path-causes.ts'
import type { Cause, ImageReport, LineRange, PathRow } from './types.ts'

/** The rest may hold this share of the gross change (additions plus removals). */
const REST_SHARE = 0.02

/** A cause with its gross change: what was added and removed, which the net figure may hide. */
export interface GrossCause extends Cause {
  readonly gross: number
}

/** Largest change first, then the rest, then what moved and weighs nothing. */
export const explainCauses = (base: ImageReport, head: ImageReport, minChangeBytes: number): Cause[] => {
  const basesKnown = areBasesKnown(base, head)
  const own = (report: ImageReport): PathRow[] =>
    report.paths.filter(row => !(basesKnown && report.layers[row.layer]?.inherited === true))
  const [baseOwn, headOwn] = foldAlike(own(base), own(head))
  const lineOf =
    (report: ImageReport) =>
    (layer: number): LineRange | null =>
      report.layers[layer]?.line ?? null
  const rows = withoutMoves(baseOwn, headOwn, minChangeBytes, lineOf(head))
  const packages = packageCauses(base, head, rows.base, rows.head)
  const causes = [
    ...packages,
    ...explainPaths(rows.base.filter(isUnowned), rows.head.filter(isUnowned), {
      minChangeBytes,
      packageGross: sum(packages.map(cause => cause.gross)),
      baseLine: lineOf(base),
      headLine: lineOf(head),
      inBase: placesOf(baseOwn),
      inHead: placesOf(headOwn),
    }),
    ...(basesKnown ? baseImageCauses(base, head) : []),
    ...hiddenCause(base, head),
  ]
  const explained = [...groupPackages(withRest(causes, minChangeBytes), minChangeBytes)]
    .filter(cause => cause.bytes !== 0)
    .sort(byWeight)
  assertSum(explained, head.size.content - base.size.content)
  return [...explained, ...rows.moves].map(({ gross: _, ...cause }) => cause)
}

const isUnowned = (row: PathRow): boolean => row.owner === null

const assertSum = (causes: readonly Cause[], delta: number): void => {
  const sum = causes.reduce((total, cause) => total + cause.bytes, 0)
  if (sum !== delta) throw new Error(`causes add up to ${sum}, the delta is ${delta}`)
}

/** Whether anything that no package owns is at or below a path. */
const placesOf = (rows: readonly PathRow[]): ((path: string) => boolean) => {
  const places = new Set<string>()
  for (const row of rows) {
    if (row.owner !== null) continue
    for (let at = row.path; !places.has(at); at = parentOf(at)) places.add(at)
  }
  return path => places.has(path)
}

/**
 * The smallest causes, each below `minChangeBytes`, go into the rest as long as it stays within its share. What is
 * hidden or came with the base image is always told as such (CONTRACT).
 */
const withRest = (causes: readonly GrossCause[], minChangeBytes: number): GrossCause[] => {
  const inherited = sum(causes.filter(cause => cause.kind === 'base-image').map(cause => cause.bytes))
  const others = causes.filter(cause => cause.kind !== 'base-image')
  const gross = sum(others.map(cause => cause.gross)) + Math.abs(inherited)
  const rest: GrossCause[] = []
  const shown: GrossCause[] = []
  let restGross = 0
  for (const cause of [...causes].sort((a, b) => a.gross - b.gross || compareNames(a.name, b.name))) {
    const mayRest = cause.kind !== 'hidden' && cause.kind !== 'base-image'
    if (mayRest && cause.gross < minChangeBytes && restGross + cause.gross <= gross * REST_SHARE) {
      restGross += cause.gross
      rest.push(cause)
    } else shown.push(cause)
  }
  const bytes = sum(rest.map(cause => cause.bytes))
  if (bytes === 0) return shown
  return [
    ...shown,
    {
      kind: 'rest',
      name: `${rest.length} smaller ${rest.length === 1 ? 'change' : 'changes'}`,
      change: bytes > 0 ? 'grew' : 'shrank',
      from: null,
      to: null,
      bytes,
      line: null,
      parts: [],
      gross: restGross,
    },
  ]
}

const byWeight = (a: Cause, b: Cause): number =>
  Number(a.kind === 'rest') - Number(b.kind === 'rest') ||
  Math.abs(b.bytes) - Math.abs(a.bytes) ||
  compareNames(a.name, b.name) ||
  compareNames(a.manager ?? '', b.manager ?? '')

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
