/** Hidden bytes as a reader understands them: by the lines that added and hid them. */
import { OVERWRITTEN } from '../../report/base-image-causes.ts'
import type { Cause, CausePart } from '../../report/types.ts'
import { sumOf } from './sum-of.ts'

/**
 * Hidden bytes as one cause for each pair of lines that added and hid them. What is hidden of the base image was in it
 * before and is in it still, so with what `OVERWRITTEN` takes away it comes to nothing, or to what the base image hides
 * itself.
 */
export const byPairsOfLines = (causes: readonly Cause[]): readonly Cause[] => {
  const hidden = causes.find(({ kind }) => kind === 'hidden')
  if (hidden === undefined) return causes
  const pairs = hidden.parts.filter(({ inherited }) => !inherited)
  const isOverwritten = ({ kind, name }: Cause): boolean => kind === 'base-image' && name === OVERWRITTEN
  const overwritten = causes.find(isOverwritten)
  const left = hidden.bytes - sumOf(pairs, ({ bytes }) => bytes) + (overwritten?.bytes ?? 0)
  const image = causes.find(cause => cause.kind === 'base-image' && !isOverwritten(cause))
  return causes
    .flatMap((cause): readonly Cause[] => {
      if (cause === image) return [{ ...cause, bytes: cause.bytes + left }]
      if (cause === overwritten) return []
      if (cause !== hidden) return [cause]
      const rest =
        image === undefined && left !== 0 ? [{ ...hidden, bytes: left, parts: [], line: null }] : []
      return [...pairs.map(part => ofPair(hidden, part)), ...rest]
    })
    .sort(
      (a, b) =>
        Number(a.kind === 'rest') - Number(b.kind === 'rest') || Math.abs(b.bytes) - Math.abs(a.bytes),
    )
}

const ofPair = (hidden: Cause, part: CausePart): Cause => ({
  ...hidden,
  bytes: part.bytes,
  line: part.line ?? part.hiddenBy ?? null,
  parts: [part],
})
