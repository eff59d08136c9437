/** Reports as JSON, straight from the sources: what tests compare between the ways to read one image. */
import { connectEngine } from '../../src/image/engine.ts'
import { parseReference } from '../../src/image/reference.ts'
import { inspectImages } from '../../src/inspect.ts'
import type { ImageReport } from '../../src/report/types.ts'

export interface InspectedFrom {
  /** Of the engine for `docker://`. */
  readonly host?: string
  readonly platform?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
}

export const inspectReport = async (
  reference: string,
  { host = 'unix:///nowhere.sock', platform = 'linux/amd64', environment = {} }: InspectedFrom = {},
): Promise<ImageReport> => {
  const [report] = await inspectImages([{ reference: parseReference(reference), builtFrom: null }], {
    engine: () => connectEngine({ DOCKER_HOST: host }),
    platform,
    environment,
  })
  return report!
}

/** What is the same whatever way an image is read: all but where it was, and how large its blobs are there. */
export const comparable = (report: ImageReport): string =>
  JSON.stringify({
    ...report,
    image: { ...report.image, source: null },
    size: { ...report.size, download: null },
  })

/** What is the same too when another builder configured the image: nothing of its configuration and its history. */
export const comparableLayers = (report: ImageReport): string => {
  const bare = JSON.parse(comparable(report)) as ImageReport
  return JSON.stringify({
    ...bare,
    image: { ...bare.image, configDigest: null, created: null },
    layers: bare.layers.map(layer => ({ ...layer, instruction: null, line: null })),
  })
}
