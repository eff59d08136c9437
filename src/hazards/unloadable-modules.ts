import type { HazardFound, PythonDistribution } from './hazard.ts'
import { code, list } from './words.ts'

/**
 * What is said of a distribution none of whose compiled modules can be loaded.
 * @param why goes on after "The compiled modules of `x` (…) are "
 */
export const unloadableModules = (
  { site, name, layer }: PythonDistribution,
  paths: readonly string[],
  why: string,
): HazardFound => ({
  subject: `${site} ${name}`,
  paths,
  missing: null,
  reason: `The compiled modules of ${code(name)} (${list(paths, 2)}) are ${why}`,
  layer,
})
