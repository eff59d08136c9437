/** Runs the hazard rules over an image. */
import type { Hazard, LineRange } from '../report/types.ts'
import { compareNames } from '../tree/path-bytes.ts'
import { isForeign } from './foreign.ts'
import type { HazardFound, HazardImage, HazardRule } from './hazard.ts'
import { createHazardImage, type HazardFacts } from './hazard-image.ts'
import { hazardRules } from './index.ts'

export interface HazardInput extends HazardFacts {
  /** For each layer the Dockerfile lines that made it. */
  readonly lines: readonly (LineRange | null)[]
  /** Default: all. */
  readonly rules?: readonly HazardRule[]
}

export interface HazardReport {
  readonly hazards: readonly Hazard[]
  /** ELF files of the Dockerfile's own that could not be read, and so say nothing. */
  readonly notExamined: readonly { readonly path: string; readonly why: string }[]
}

const PATHS_SHOWN = 20
const NOT_EXAMINED_SHOWN = 1000

/**
 * What will not work when the image runs, as far as it is certain. Where the base image is known, only the files of
 * the layers above it are judged, and what the command starts; else all that no system package owns.
 */
export const judgeHazards = (input: HazardInput): HazardReport => {
  const rules = input.rules ?? hazardRules
  if (rules.length === 0) return { hazards: [], notExamined: [] }
  const image = createHazardImage(input)
  const hazards = rules.flatMap(rule => rule.check(image).map(found => hazardOf(rule, found, input.lines)))
  return { hazards, notExamined: notExamined(image) }
}

const hazardOf = (rule: HazardRule, found: HazardFound, lines: readonly (LineRange | null)[]): Hazard => ({
  rule: rule.id,
  key: `${rule.id} ${found.subject}`,
  title: rule.title,
  reason: found.reason,
  paths: [...new Set(found.paths)].sort(compareNames).slice(0, PATHS_SHOWN),
  line: found.layer === null ? null : (lines[found.layer] ?? null),
  missing: found.missing,
  advice: { summary: found.fix ?? rule.fix, edit: null, saves: null },
})

const notExamined = (image: HazardImage): HazardReport['notExamined'] => {
  const rows = image.programs
    .flatMap(file =>
      file.isOwn && file.elf?.examined === false && !isForeign(image, file)
        ? { path: file.path, why: file.elf.why }
        : [],
    )
    .sort((a, b) => compareNames(a.path, b.path))
  const more = rows.length - NOT_EXAMINED_SHOWN
  const last = rows[NOT_EXAMINED_SHOWN]
  return more > 0 && last
    ? [
        ...rows.slice(0, NOT_EXAMINED_SHOWN),
        { path: last.path, why: `${last.why}; ${more - 1} more are not shown` },
      ]
    : rows
}
