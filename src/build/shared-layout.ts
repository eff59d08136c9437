/**
 * The OCI layout that builders outside the engine write to. Both images of a run go into one: BuildKit sends no blob that
 * is there already, so that layers which head and base share are written once.
 */
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { BuilderLostError } from './build-error.ts'
import { csvField } from './csv-field.ts'

export interface SharedLayout {
  readonly path: string
  /** The last one that leaves deletes the layout. */
  leave(): Promise<void>
}

/** How many builds use a layout, by its path. */
const users = new Map<string, number>()

/** @param tempDir the run's own: whoever builds with the same one shares the layout */
export const joinLayout = (tempDir: string): SharedLayout => {
  const path = resolve(tempDir, 'images')
  users.set(path, (users.get(path) ?? 0) + 1)
  return {
    path,
    leave: async () => {
      const left = (users.get(path) ?? 1) - 1
      if (left > 0) return void users.set(path, left)
      users.delete(path)
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** The value of `--output`. `tar=false` is known to buildx 0.10 and BuildKit 0.11 and later. */
export const layoutOutput = (path: string): string => `type=oci,tar=false,${csvField(`dest=${path}`)}`

/** The reference of what a build wrote, from what `--metadata-file` held. */
export const referenceInLayout = (path: string, metadata: string): string => {
  const digest = digestOf(metadata)
  if (digest === null)
    throw new BuilderLostError('docker buildx did not say which image it wrote: use buildx 0.10 or later')
  return `oci-dir://${path}@${digest}`
}

const digestOf = (json: string): string | null => {
  try {
    const digest = (JSON.parse(json) as Record<string, unknown>)['containerimage.digest']
    return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : null
  } catch {
    return null
  }
}
