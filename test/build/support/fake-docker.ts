/** A `docker` that is a shell script: it notes how it was called and does what the test says. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DockerCommand } from '../../../src/build/docker-command.ts'
import { dockerCommand } from '../../../src/build/docker-command.ts'

export interface FakeCall {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

export interface FakeDocker extends DockerCommand {
  readonly directory: string
  calls(): readonly FakeCall[]
}

/**
 * @param script shell, run for each call after it was noted; `$DIR` is the fake's directory
 * @param environment what the user's environment holds beside PATH
 */
export const fakeDocker = (
  script: string,
  environment: Record<string, string> = {},
  keep: readonly string[] = [],
): FakeDocker => {
  const directory = mkdtempSync(join(tmpdir(), 'fake-docker-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  const program = join(directory, 'docker')
  writeFileSync(
    program,
    `#!/bin/sh
DIR='${directory}'
N=$(ls "$DIR" | grep -c '^args-'); N=$((N + 1))
printf '%s\\0' "$@" > "$DIR/args-$N"
env -0 > "$DIR/env-$N"
${script}
`,
  )
  chmodSync(program, 0o755)
  const command = dockerCommand({ PATH: process.env.PATH ?? '', ...environment }, keep)
  const strings = (name: string): string[] =>
    readFileSync(join(directory, name), 'utf8').split('\0').slice(0, -1)
  return {
    ...command,
    program,
    directory,
    calls: () =>
      readdirSync(directory)
        .filter(name => name.startsWith('args-'))
        .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)))
        .map(name => ({
          args: strings(name),
          environment: Object.fromEntries(
            strings(name.replace('args', 'env')).map(pair => {
              const at = pair.indexOf('=')
              return [pair.slice(0, at), pair.slice(at + 1)]
            }),
          ),
        })),
  }
}

/** Whether a process is there still; a zombie is not. */
export const isAlive = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}
