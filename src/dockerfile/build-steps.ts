/**
 * What BuildKit says of its own build: which lines of the Dockerfile each step came from, and which layers it had made
 * by then (SLSA provenance v0.2 with BuildKit's own metadata, as `--metadata-file` holds it).
 */

/** One step of a build that layers of the image came out of. */
export interface BuildStep {
  /** Lines of the Dockerfile, 1-based and inclusive; null for a step that no line stands for. */
  readonly lines: { readonly start: number; readonly end: number } | null
  /** Digests of the image's layers as they stood after the step, base first. */
  readonly layers: readonly string[]
  /** The step only fetched an image. */
  readonly isImage: boolean
}

export interface BuildSteps {
  /** The text that was built, to hold the lines against. */
  readonly dockerfile: string
  readonly steps: readonly BuildStep[]
}

const PROVENANCE = 'buildx.build.provenance'
const METADATA = 'https://mobyproject.org/buildkit@v1#metadata'

/** Reads what `--metadata-file` wrote; null where there is no such knowledge (older builders) or not in this shape. */
export const readBuildSteps = (json: string): BuildSteps | null => {
  const provenance = at(parsed(json), PROVENANCE)
  const metadata = at(provenance, 'metadata', METADATA)
  const data = at(list(at(metadata, 'source', 'infos'))[0], 'data')
  const layers = record(at(metadata, 'layers'))
  if (typeof data !== 'string' || layers === null) return null
  const images = imageSteps(list(at(provenance, 'buildConfig', 'llbDefinition')))
  const locations = at(metadata, 'source', 'locations')
  const steps = Object.entries(layers).flatMap(([output, chains]) => {
    const id = output.replace(/:\d+$/, '')
    const lines = linesOf(list(at(locations, id, 'locations')))
    return list(chains).map(chain => ({
      lines,
      layers: list(chain).map(layer => String(at(layer, 'digest'))),
      isImage: images.has(id),
    }))
  })
  return { dockerfile: Buffer.from(data, 'base64').toString('utf8'), steps }
}

const imageSteps = (definition: readonly unknown[]): ReadonlySet<unknown> =>
  new Set(
    definition
      .filter(step => String(at(step, 'op', 'Op', 'source', 'identifier')).startsWith('docker-image://'))
      .map(step => at(step, 'id')),
  )

/** A step of several instructions (one image that two stages start from) has several locations: the first one's range. */
const linesOf = (locations: readonly unknown[]): BuildStep['lines'] => {
  const ranges = list(at(locations[0], 'ranges'))
  const starts = ranges.map(range => at(range, 'start', 'line')).filter(isLine)
  const ends = ranges.map(range => at(range, 'end', 'line')).filter(isLine)
  return starts.length === 0 || ends.length !== starts.length
    ? null
    : { start: Math.min(...starts), end: Math.max(...ends) }
}

const isLine = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((found, name) => {
    const known = record(found)
    return known !== null && Object.hasOwn(known, name) ? known[name] : undefined
  }, value)
