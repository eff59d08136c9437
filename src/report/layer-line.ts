/** The Dockerfile line that stands for bytes of several layers. */
import type { ImageReport, LineRange } from './types.ts'

/** The line of the layer that holds most of them; of equals the lowest. Null where nobody knows it. */
export const largestLayerLine = (
  bytesByLayer: ReadonlyMap<number, number>,
  report: ImageReport,
): LineRange | null => {
  const [layer] = [...bytesByLayer].sort(([a, x], [b, y]) => y - x || a - b)[0] ?? [-1]
  return report.layers[layer]?.line ?? null
}
