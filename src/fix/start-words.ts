/** What the image starts, as its configuration says it: the command, the entry point and the health check. */
import { onPath } from './needs.ts'
import type { Scene } from './scene.ts'

/** Words that can be names of programs or paths. */
export const startWords = ({ config }: Scene): readonly string[] => {
  const health = config?.runtime?.healthcheck ?? ''
  const texts = [...(config?.entrypoint ?? []), ...(config?.cmd ?? []), ...health.split(/[",[\]]+/)]
  return texts.flatMap(text => text.split(/[\s;&|()"'`]+/)).filter(word => /^[\w./+-]+$/.test(word))
}

/** Where these words lead. */
export const startPaths = (scene: Scene): readonly string[] =>
  [...new Set(startWords(scene))].flatMap(word => onPath(scene.hazards, word) ?? [])
