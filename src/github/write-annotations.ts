import { error, warning } from '@actions/core'

export interface Annotation {
  readonly level: 'error' | 'warning'
  /** Path of a file in the checkout, relative to its root; null for the whole run. */
  readonly file: string | null
  readonly startLine: number | null
  readonly endLine: number | null
  readonly title: string
  readonly message: string
}

/** GitHub shows ten of a level for a step and drops the rest without a word. */
const SHOWN = 10

/** Marks lines of the checkout in the run and in the pull request. Values are escaped for the runner by @actions/core. */
export const writeAnnotations = (annotations: readonly Annotation[]): void => {
  for (const level of ['error', 'warning'] as const) {
    const write = level === 'error' ? error : warning
    for (const { message, ...properties } of withinLimit(annotations, level))
      write(message, propertiesOf(properties))
  }
}

/** The annotations of a level that GitHub will show; where there are more, the last says how many. */
export const withinLimit = (
  annotations: readonly Annotation[],
  level: Annotation['level'],
): readonly Annotation[] => {
  const all = annotations.filter(annotation => annotation.level === level)
  if (all.length <= SHOWN) return all
  const more = all.length - (SHOWN - 1)
  const message = `${more} more of this kind are in the job summary.`
  return [
    ...all.slice(0, SHOWN - 1),
    { level, file: null, startLine: null, endLine: null, title: 'Plimsoll', message },
  ]
}

const propertiesOf = ({ title, file, startLine, endLine }: Omit<Annotation, 'message'>) => ({
  title,
  ...(file !== null && { file }),
  ...(file !== null && startLine !== null && { startLine }),
  ...(file !== null && endLine !== null && { endLine }),
})
