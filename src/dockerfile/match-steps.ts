/** Which line of the Dockerfile made which layer, by what BuildKit said of its steps. */
import type { BuildSteps } from './build-steps.ts'
import type { FinalStage } from './final-stage.ts'
import { type HistoryMatch, type LayerSource, sourceOf } from './match-history.ts'

/**
 * Null where the steps do not account for every layer, or were of another text: then history may know.
 * @param text of the Dockerfile that `stage` was read from
 */
export const matchSteps = (
  { dockerfile, steps }: BuildSteps,
  text: string,
  layerCount: number,
  stage: FinalStage,
): HistoryMatch | null => {
  if (dockerfile !== text) return null
  const whole = steps.find(({ layers }) => layers.length === layerCount)?.layers
  if (whole === undefined) return null
  const own = steps.filter(step => isStartOf(step.layers, whole))
  const base = own.filter(({ isImage }) => isImage).map(({ layers }) => layers.length)
  if (base.length === 0 && stage.base !== 'scratch') return null
  const baseLayers = Math.max(0, ...base)
  const layers: (LayerSource | null)[] = whole.slice(0, baseLayers).map(() => null)
  for (let count = baseLayers + 1; count <= layerCount; count += 1) {
    const made = own.filter(step => !step.isImage && step.layers.length === count)
    // a later step with the same layers (a WORKDIR that is there) made none of them
    const first = Math.min(...made.map(({ lines }) => lines?.start ?? 0))
    const instruction = stage.instructions.find(({ line }) => line.start <= first && first <= line.end)
    if (instruction === undefined) return null
    layers.push(sourceOf(instruction))
  }
  return { baseLayers, layers }
}

const isStartOf = (layers: readonly string[], whole: readonly string[]): boolean =>
  layers.length > 0 && layers.every((digest, i) => digest === whole[i])
