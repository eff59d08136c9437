/** What a `COPY --from` brought, followed to the stage that made it. */
import type { LineRange, StageSource } from './types.ts'

/** From a line of the final stage and a path to where it was made; null where the line is no `COPY` from a stage. */
export type Trace = (line: LineRange, path: string) => StageSource | null

/** One place for several paths: the stage alone where its instructions differ, nothing where the stages do. */
export const madeBy = (
  trace: Trace | undefined,
  line: LineRange | null,
  paths: readonly string[],
): { readonly madeBy?: StageSource } => {
  if (trace === undefined || line === null) return {}
  const found = oneSource(paths.map(path => trace(line, path)))
  return found === null ? {} : { madeBy: found }
}

/** What several sources have in common; null where that is not even the stage. */
export const oneSource = (sources: readonly (StageSource | null | undefined)[]): StageSource | null => {
  const [first] = sources
  if (!first || sources.some(source => source?.stage !== first.stage)) return null
  const sameLine = sources.every(
    source => source?.line?.file === first.line?.file && source?.line?.start === first.line?.start,
  )
  return sameLine ? first : { stage: first.stage, line: null }
}
