/** A user's own command in a container of an image. Nothing else of Plimsoll ever runs anything of an image. */
import { randomBytes } from 'node:crypto'
import { askDocker, type DockerCommand } from './docker-command.ts'
import { oneLine } from './redact.ts'

export interface CommandRun {
  readonly passed: boolean
  /** `exit status 1: ImportError: …`. */
  readonly detail: string
}

/**
 * Runs a command by the image's own `/bin/sh`, without a network, as the image's user, in its working directory.
 * @param image a name that the engine knows
 */
export const runInContainer = async (
  docker: DockerCommand,
  image: string,
  command: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<CommandRun> => {
  const name = `plimsoll-smoke-${randomBytes(6).toString('hex')}`
  const args = ['run', '--rm', '--name', name, '--pull', 'never', '--network', 'none', '--no-healthcheck']
  try {
    const ran = await askDocker(docker, [...args, '--entrypoint', '/bin/sh', image, '-c', command], {
      timeoutMs,
      signal,
    })
    const said = oneLine((ran.stderr || ran.stdout).trim().split('\n').at(-1) ?? '', 200)
    return ran.exitCode === 0
      ? { passed: true, detail: 'succeeded' }
      : { passed: false, detail: `exit status ${ran.exitCode}${said === '' ? '' : `: ${said}`}` }
  } catch (error) {
    signal?.throwIfAborted()
    return { passed: false, detail: oneLine(String((error as Error).message), 200) }
  } finally {
    await askDocker(docker, ['rm', '--force', name], { timeoutMs: 30_000 }).catch(() => null)
  }
}
