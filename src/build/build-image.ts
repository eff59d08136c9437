/** One build, from inputs to a tagged image in the engine. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import type { BuildLog } from './build-log.ts'
import type { BuildOptions, Side } from './build-options.ts'
import type { Builder } from './builder.ts'
import { buildxArguments } from './buildx-arguments.ts'
import { askDocker, type DockerCommand } from './docker-command.ts'
import { buildWithEngine } from './engine-build.ts'
import { warnOfCredential } from './git-directory.ts'
import { neutraliseLine } from './neutralise-log.ts'
import { prepareSecrets } from './prepare-secrets.ts'
import { oneLine } from './redact.ts'
import { type InputPaths, type ResolvedInputs, resolveInputs } from './resolve-context.ts'
import { runBuild } from './run-build.ts'
import type { RunContext } from './run-logged.ts'

export interface ImageBuild {
  readonly side: Side
  readonly options: BuildOptions
  /** What `locateInputs` gave: the same for both sides. */
  readonly inputs: InputPaths
  /** The tree to build from: the checkout, or the base worktree. */
  readonly root: string
  /** What other paths (`secret-files`, local caches, SSH keys) are relative to: the user's, for both sides. */
  readonly workingDirectory: string
  readonly docker: DockerCommand
  /** What `findBuilder` gave: the same for both sides. */
  readonly builder: Builder
  /** The engine that `docker` uses; only asked for when there is no buildx. */
  readonly engine: () => Promise<Docker>
  readonly log: BuildLog
  /** Private to this run; nothing of ours is left there. */
  readonly tempDir: string
  readonly signal?: AbortSignal | undefined
}

export interface BuiltImage {
  /** `plimsoll.local/<random>:head`, a tag that is ours alone. */
  readonly reference: string
  /** What the builder said the image's id is, or null. */
  readonly imageId: string | null
  readonly seconds: number
  /** Takes our tag away; the image goes with it unless something else names it. May be called twice; does not throw. */
  remove(): Promise<void>
}

/** Fails with a `BuildError` when the build does, with a `UserError` when an input is wrong, with the signal's reason when aborted. */
export const buildImage = async (build: ImageBuild): Promise<BuiltImage> => {
  const started = performance.now()
  const reference = `plimsoll.local/${randomBytes(8).toString('hex')}:${build.side}`
  const remove = once(() => untag(build, reference))
  build.log.group(`Build the ${build.side} image`)
  try {
    const inputs = await resolveInputs(build.inputs, build.root, build.side)
    const warning = build.side === 'head' ? await warnOfCredential(build.root, build.inputs) : null
    if (warning) build.log.line(warning)
    const imageId = await (build.builder.kind === 'buildx'
      ? withBuildx(build, inputs, reference, build.builder.load)
      : withEngine(build, inputs, reference))
    return { reference, imageId, seconds: (performance.now() - started) / 1000, remove }
  } catch (error) {
    await remove() // a build that was stopped may have named its image already
    throw error
  } finally {
    build.log.endGroup()
  }
}

const runContext = ({ log, options, signal }: ImageBuild): RunContext => ({
  log,
  neutralise: neutraliseLine,
  timeoutMs: options.timeoutMs,
  signal,
})

const withBuildx = async (
  build: ImageBuild,
  inputs: ResolvedInputs,
  tag: string,
  load: boolean,
): Promise<string | null> => {
  const { options, side, docker, tempDir, workingDirectory } = build
  const directory = await mkdtemp(join(tempDir, 'build-'))
  try {
    const secrets = await prepareSecrets(options, { tempDir: directory, workingDirectory })
    for (const note of secrets.notes) build.log.line(neutraliseLine(note))
    const iidFile = join(directory, 'image-id')
    const args = buildxArguments(options, inputs, { side, tag, iidFile, secretFlags: secrets.flags, load })
    const dockerfile = build.inputs.dockerfile
    await runBuild({ docker, args, cwd: workingDirectory, side, dockerfile }, runContext(build))
    return (await readFile(iidFile, 'utf8').catch(() => '')).trim() || null
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const withEngine = async (build: ImageBuild, inputs: ResolvedInputs, tag: string): Promise<string> => {
  const { options, side, docker } = build
  build.log.line('There is no docker buildx: the engine builds by itself, without BuildKit.')
  const dockerfile = build.inputs.dockerfile
  const { environment } = docker
  return buildWithEngine(
    { engine: await build.engine(), options, inputs, side, tag, dockerfile, environment },
    runContext(build),
  )
}

const untag = async ({ builder, docker, engine, log }: ImageBuild, reference: string): Promise<void> => {
  try {
    if (builder.kind === 'engine') return await (await engine()).getImage(reference).remove()
    const removed = await askDocker(docker, ['image', 'rm', reference], { timeoutMs: 30_000 })
    if (removed.exitCode !== 0) throw new Error(removed.stderr)
  } catch (error) {
    const words = oneLine(String((error as Error).message))
    if (!/no such image/i.test(words))
      log.line(neutraliseLine(`The image ${reference} could not be removed: ${words}`))
  }
}

const once = (action: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | null = null
  return () => {
    done ??= action()
    return done
  }
}
