/** Which builder builds, and where its images go. */
import { UserError } from '../errors.ts'
import { askDocker, type DockerCommand } from './docker-command.ts'
import { oneLine } from './redact.ts'

export type Builder =
  | {
      readonly kind: 'buildx'
      readonly driver: string
      /**
       * Driver `docker` is the engine's own BuildKit, and what it builds is in the engine. Every other keeps its result to
       * itself: it writes an OCI layout, which is read where it lies; no engine need be there.
       */
      readonly output: 'engine' | 'layout'
    }
  /** No buildx: the engine's own build API. */
  | { readonly kind: 'engine' }

/**
 * Finds the builder that `docker buildx build` would use. Both builds use it.
 * @param name the user's `builder`, or null for the one in use
 */
export const findBuilder = async (
  docker: DockerCommand,
  name: string | null,
  signal?: AbortSignal,
): Promise<Builder> => {
  if (name?.startsWith('-')) throw new UserError(`builder: "${oneLine(name, 60)}" must not begin with "-"`)
  const version = await askDocker(docker, ['buildx', 'version'], { signal })
  if (version.exitCode !== 0) {
    if (name)
      throw new UserError(
        `builder: "${oneLine(name, 60)}" needs docker buildx, and there is none: install it`,
      )
    return { kind: 'engine' }
  }
  const inspected = await askDocker(docker, ['buildx', 'inspect', ...(name ? [name] : [])], { signal })
  const { driver, error } = parseBuilder(inspected.stdout)
  if (driver) return { kind: 'buildx', driver, output: driver === 'docker' ? 'engine' : 'layout' }
  const why = oneLine((error ?? inspected.stderr) || 'docker buildx inspect named no driver').replace(
    /^ERROR: /,
    '',
  )
  throw new UserError(`${name ? `builder: "${oneLine(name, 60)}"` : 'the builder'} cannot be used: ${why}`)
}

/** Reads the head of `docker buildx inspect`; a builder whose engine is down has an empty driver and an error. */
export const parseBuilder = (
  text: string,
): { readonly driver: string | null; readonly error: string | null } => {
  const head = text.split(/^Nodes:/m)[0] ?? ''
  const field = (name: string): string | null =>
    new RegExp(`^${name}:[ \\t]*(\\S.*)$`, 'm').exec(head)?.[1]?.trim() ?? null
  return { driver: field('Driver'), error: field('Error') }
}
