/** Runs the user's `base-prepare` in the base worktree, so that what an earlier step built for the head is there too. */
import { UserError } from '../errors.ts'
import { childEnvironment, type Environment } from './child-environment.ts'
import { type RunContext, runLogged } from './run-logged.ts'

/**
 * The command is the user's own and goes to `sh -c`, as a `run:` step's would. Whether it may run at all (never for a
 * pull request from a fork) is the caller's to decide.
 */
export const prepareBase = async (
  command: string,
  { directory, environment }: { readonly directory: string; readonly environment: Environment },
  context: RunContext,
): Promise<void> => {
  context.log.group('Prepare the base')
  try {
    const result = await runLogged(
      {
        program: 'sh',
        args: ['-e', '-c', command],
        cwd: directory,
        environment: childEnvironment(environment),
      },
      context,
    )
    if (result.timedOut) throw new UserError(`base-prepare: stopped after ${context.timeoutMs / 1000} s`)
    if (result.exitCode !== 0)
      throw new UserError(`base-prepare: ended with exit code ${result.exitCode ?? 'none (killed)'}`)
  } finally {
    context.log.endGroup()
  }
}
