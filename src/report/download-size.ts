/** What a registry sends: of one image, and to somebody who has another one already. */
import type { ImageContent, LayerContent } from '../image/image.ts'
import type { BaseImage, Delta, DownloadSize, ImageReport } from './types.ts'

/** Null for what is no image of a registry, and where a plain layer was not estimated. */
export const downloadSize = (image: ImageContent, base: BaseImage | null): DownloadSize | null => {
  if (image.config === null) return null
  const layers = image.layers.map(({ blob }) => bytesOf(blob))
  if (!layers.every(bytes => bytes !== null)) return null
  const diffIds = image.layers.map(({ diffId }) => diffId)
  return {
    bytes: sentBytes(diffIds, layers, new Set()),
    exact: image.layers.every(({ blob }) => blob.compressed),
    own: base ? sentBytes(diffIds, layers, new Set(diffIds.slice(0, base.layers))) : null,
    layers,
  }
}

/** What somebody downloads who has the base: null where either is unknown, or is a report of an earlier version. */
export const updateSize = (base: ImageReport, head: ImageReport): NonNullable<Delta['update']> | null => {
  const { download } = head.size
  if (!download?.layers || !base.size.download) return null
  const known = new Set(base.layers.map(({ diffId }) => diffId))
  const diffIds = head.layers.map(({ diffId }) => diffId)
  return { bytes: sentBytes(diffIds, download.layers, known), exact: download.exact }
}

const bytesOf = ({ compressed, sizeBytes, estimateBytes }: LayerContent['blob']): number | null =>
  compressed ? sizeBytes : (estimateBytes ?? null)

/** A layer that is there already, or comes twice, is not sent. */
const sentBytes = (
  diffIds: readonly string[],
  bytes: readonly number[],
  known: ReadonlySet<string>,
): number => {
  const seen = new Set(known)
  let total = 0
  for (const [i, diffId] of diffIds.entries()) {
    if (!seen.has(diffId)) total += bytes[i] ?? 0
    seen.add(diffId)
  }
  return total
}
