/** The base image as an image itself tells it, where no build is at hand that knows. */
import type { HistoryEntry } from '../image/image.ts'
import type { BaseImage } from './types.ts'

/** Buildah's own steps name the image that each began with by its id. */
const STEP = /^FROM [0-9a-f]{12}$/
const BASE = /^FROM (?![0-9a-f]{12}$)(\S{1,255})$/

/**
 * Buildah and podman write `FROM name` beside the first instruction of a build (or, without `--layers`, beside the last, whose
 * layer holds the work of all): what is older came with the base image. Null where anything else was built on top, and
 * for other builders, which leave no word of it.
 */
export const recogniseBase = (history: readonly HistoryEntry[]): BaseImage | null => {
  const first = history.findLastIndex(({ comment }) => !STEP.test(comment ?? ''))
  const name = BASE.exec(history[first]?.comment ?? '')?.[1]
  if (name === undefined) return null
  const layers = history.slice(0, first).filter(({ emptyLayer }) => !emptyLayer).length
  return { name: shortName(name), layers, evidence: 'history' }
}

/** As people write it after `FROM`. */
const shortName = (name: string): string =>
  name.replace(/^docker\.io\/(?:library\/)?/, '').replace(/^localhost\//, '')
