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
  const { driver, error, isDown } = parseBuilder(inspected.stdout)
  const called = name ? `builder: "${oneLine(name, 60)}"` : 'the builder'
  // others are started by the build; a build on this one would wait 20 seconds to say less
  if (driver === 'remote' && isDown)
    throw new UserError(`${called} cannot be used: its BuildKit does not answer: see "docker buildx ls"`)
  if (driver) return { kind: 'buildx', driver, output: driver === 'docker' ? 'engine' : 'layout' }
  const why = oneLine((error ?? inspected.stderr) || 'docker buildx inspect named no driver').replace(
    /^ERROR: /,
    '',
  )
  throw new UserError(`${called} cannot be used: ${why}`)
}

/** Reads the head of `docker buildx inspect`; a builder whose engine is down has an empty driver and an error. */
export const parseBuilder = (
  text: string,
): {
  readonly driver: string | null
  readonly error: string | null
  /** There are nodes, and none of them runs. */
  readonly isDown: boolean
} => {
  const [head = '', nodes = ''] = text.split(/^Nodes:/m)
  const states = [...nodes.matchAll(/^Status:[ \t]*(\S+)/gm)].map(match => match[1])
  const field = (name: string): string | null =>
    new RegExp(`^${name}:[ \\t]*(\\S.*)$`, 'm').exec(head)?.[1]?.trim() ?? null
  const isDown = states.length > 0 && !states.includes('running')
  return { driver: field('Driver'), error: field('Error'), isDown }
}
