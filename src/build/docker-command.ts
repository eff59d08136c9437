/** The one place that says which `docker` is run, with what environment, against which engine. */

import { childEnvironment, type Environment } from './child-environment.ts'
import { type Captured, runCaptured } from './run-captured.ts'

/**
 * The program, and the user's environment for it. The engine is the one that the user's own `docker` would use:
 * DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG and BUILDX_BUILDER stay in the environment.
 */
export interface DockerCommand {
  readonly program: string
  readonly environment: Environment
}

/** @param keep variables that reach the build whatever their name: `namedVariables(options)` */
export const dockerCommand = (environment: Environment, keep: readonly string[] = []): DockerCommand => ({
  program: 'docker',
  environment: childEnvironment(environment, { keep, cacheService: true }),
})

/** Asks docker something. */
export const askDocker = (
  docker: DockerCommand,
  args: readonly string[],
  options: {
    readonly cwd?: string
    readonly timeoutMs?: number
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<Captured> => runCaptured(docker.program, args, { environment: docker.environment, ...options })
