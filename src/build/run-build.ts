/** Runs one `docker buildx build`, and turns its failure into one line. */
import { BuilderLostError, buildFailed, buildTimedOut } from './build-error.ts'
import type { Side } from './build-options.ts'
import type { DockerCommand } from './docker-command.ts'
import { explainFailure } from './explain-failure.ts'
import { type RunContext, runLogged } from './run-logged.ts'

export interface BuildxRun {
  readonly docker: DockerCommand
  /** What `buildxArguments` gave. */
  readonly args: readonly string[]
  readonly cwd: string
  readonly side: Side
  /** The Dockerfile as the message names it: relative to the checkout. */
  readonly dockerfile: string
}

/** Streams the build's output to the log. Fails with a `BuildError`, or with the signal's reason. */
export const runBuild = async (run: BuildxRun, context: RunContext): Promise<void> => {
  const { program, environment } = run.docker
  const result = await runLogged({ program, args: run.args, cwd: run.cwd, environment }, context)
  if (result.timedOut) throw buildTimedOut(run.side, context.timeoutMs, result.tail)
  if (result.exitCode === 0) return
  if (result.exitCode === null)
    throw new BuilderLostError(
      `"${program} buildx build" was killed: see whether the machine ran out of memory`,
    )
  const failure = explainFailure(result.tail)
  if (failure.isBuilderLost) throw new BuilderLostError(`the builder could not go on: ${failure.reason}`)
  throw buildFailed(run.side, run.dockerfile, failure, result.tail)
}
