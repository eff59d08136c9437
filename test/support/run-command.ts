/** The command in this process: no engine, no colour, and a folder that is gone after the tests. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before } from 'node:test'
import { runCommand } from '../../src/command.ts'
import type { CommandWorld } from '../../src/command-world.ts'
import { makeImage, writeLayout } from './make-image.ts'
import { directory, file } from './make-tar.ts'

/** Gone after the tests; what relative paths start from. */
export const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-command-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

export interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export type Around = Partial<Pick<CommandWorld, 'cwd' | 'environment'>> & { readonly isTTY?: boolean }

/** Runs the command with a terminal that only remembers. Without an engine, whatever this machine has. */
export const run = async (argv: readonly string[], around: Around = {}): Promise<Ended> => {
  const written = { stdout: '', stderr: '' }
  const terminal = (name: 'stdout' | 'stderr') => ({
    write: (text: string): void => {
      written[name] += text
    },
    isTTY: around.isTTY ?? false,
    columns: 100,
  })
  const status = await runCommand({
    argv,
    environment: around.environment ?? NO_ENGINE,
    cwd: around.cwd ?? TEMP,
    stdout: terminal('stdout'),
    stderr: terminal('stderr'),
    stop: { signal: new AbortController().signal, status: () => null, fail: () => undefined },
  })
  return { status, ...written }
}

/** Where no engine listens. */
export const SOCKET = join(TEMP, 'no-engine.sock')
export const NO_ENGINE = { PATH: process.env.PATH, HOME: TEMP, DOCKER_HOST: `unix://${SOCKET}` }

/** Exit status 2, nothing on stdout, and one line that says what `says` matches. */
export const refused = async (argv: readonly string[], says: RegExp, around: Around = {}): Promise<void> => {
  const { status, stdout, stderr } = await run(argv, around)
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' }, stderr)
  assert.match(stderr, /^plimsoll: [^\n]+\n$/)
  assert.match(stderr, says)
}

/** A file in the folder. @returns its path */
export const put = (path: string, content: string | Uint8Array): string => {
  const full = join(TEMP, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, content)
  return full
}

/** A repository of these files, committed; `main` stays where the first commit is. */
export const repository = (name: string, files: Readonly<Record<string, string>>): string => {
  const root = join(TEMP, name)
  mkdirSync(root)
  const git = (...words: readonly string[]): void => {
    const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
    execFileSync('git', [...author, ...words], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  }
  git('init', '--quiet', '--initial-branch=main')
  git('commit', '--quiet', '--allow-empty', '--message=Begin')
  git('switch', '--quiet', '--create', 'change')
  for (const [path, text] of Object.entries(files)) put(join(name, path), text)
  git('add', '--all')
  git('commit', '--quiet', '--message=Change')
  return root
}

/** Two layers, the second of which hides 3,000 bytes of the first. */
export const IMAGE = makeImage(
  [
    [directory('etc'), file('etc/os-release', 'ID=small\n'), file('bin/sh', 'x'.repeat(3000))],
    [directory('app'), file('app/main', 'y'.repeat(70_000)), file('bin/sh', 'z'.repeat(10))],
  ],
  ['RUN /bin/sh -c first # buildkit', 'COPY app /app # buildkit'],
)

/** The image as an OCI layout. */
export const layout = join(TEMP, 'layout')
before(() => writeLayout(layout, IMAGE))

/** Inspects it as JSON, which must work. */
export const accepted = async (scheme: string, path: string): Promise<string> => {
  const { status, stdout, stderr } = await run(['inspect', `${scheme}://${path}`, '--json'])
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  return stdout
}
