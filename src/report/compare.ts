/** Two reports compared: two plain values in, never two live images. */
import { explainCauses } from './causes.ts'
import { updateSize } from './download-size.ts'
import { explainLines } from './lines.ts'
import { findingsByOrigin, hazardsByOrigin } from './origins.ts'
import type { Cause, Delta, FindingsByOrigin, HazardsByOrigin, ImageReport, LineRow } from './types.ts'

export interface Comparison {
  readonly base: ImageReport | null
  readonly head: ImageReport
  readonly delta: Delta | null
  readonly causes: readonly Cause[] | null
  readonly lines: readonly LineRow[] | null
  readonly findings: FindingsByOrigin
  readonly hazards: HazardsByOrigin
}

/** @param minChangeBytes a finding that grew by less is not called grown, a cause below it is noise */
export const compare = (base: ImageReport | null, head: ImageReport, minChangeBytes: number): Comparison => ({
  base,
  head,
  delta: base && deltaOf(base, head),
  causes: base && explainCauses(base, head, minChangeBytes),
  lines: base && explainLines(base, head),
  findings: findingsByOrigin(base, head, minChangeBytes),
  hazards: hazardsByOrigin(base, head),
})

const deltaOf = (base: ImageReport, head: ImageReport): Delta => {
  const content = head.size.content - base.size.content
  return {
    content,
    contentPercent: base.size.content === 0 ? null : Math.round((content / base.size.content) * 10_000) / 100,
    visible: head.size.visible - base.size.visible,
    hidden: head.size.hidden - base.size.hidden,
    // an estimate beside an exact figure would be a difference of methods
    download:
      base.size.download && head.size.download && base.size.download.exact === head.size.download.exact
        ? head.size.download.bytes - base.size.download.bytes
        : null,
    update: updateSize(base, head),
    leftovers: head.size.leftovers - base.size.leftovers,
  }
}
