/** One build, from inputs to an image that can be read: in the engine, or in an OCI layout of the run's own. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { askEngine } from '../image/ask-engine.ts'
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
import { joinLayout, referenceInLayout, type SharedLayout } from './shared-layout.ts'

export interface ImageBuild {
  readonly side: Side
  readonly options: BuildOptions
  /** What `locateInputs` gave: the same for both sides. */
  readonly inputs: InputPaths
  /** The tree to build from: the checkout, or the base worktree. */
  readonly root: string
  /** Another Dockerfile for the same inputs: an absolute path, anywhere. */
  readonly dockerfile?: string
  /** What the log calls this build; default: the side's image. */
  readonly title?: string
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
  /** What to read: `docker://` and the tag, or `oci-dir://` where the builder is not the engine's. */
  readonly reference: string
  /** `plimsoll.local/<random>:head`, a name that is ours alone. */
  readonly tag: string
  /** What the builder said the image's id is, or null. */
  readonly imageId: string | null
  /** What buildx wrote of the image and its steps, as JSON; null without buildx. It repeats build arguments: never print it. */
  readonly metadata: string | null
  readonly seconds: number
  /**
   * Takes our tag away, and the image goes with it unless something else names it; or the layout, when the other image of
   * the run was removed too. May be called twice; does not throw.
   */
  remove(): Promise<void>
}

/** Fails with a `BuildError` when the build does, with a `UserError` when an input is wrong, with the signal's reason when aborted. */
export const buildImage = async (build: ImageBuild): Promise<BuiltImage> => {
  const started = performance.now()
  const tag = `plimsoll.local/${randomBytes(8).toString('hex')}:${build.side}`
  const { builder } = build
  const layout = builder.kind === 'buildx' && builder.output === 'layout' ? joinLayout(build.tempDir) : null
  const remove = once(() => takeAway(build, tag, layout))
  build.log.group(build.title ?? `Build the ${build.side} image`)
  try {
    const resolved = await resolveInputs(build.inputs, build.root, build.side)
    const inputs = build.dockerfile === undefined ? resolved : { ...resolved, dockerfile: build.dockerfile }
    const warning = build.side === 'head' ? await warnOfCredential(build.root, build.inputs) : null
    if (warning) build.log.line(warning)
    const built = await (builder.kind === 'buildx'
      ? withBuildx(build, inputs, tag, layout)
      : withEngine(build, inputs, tag))
    return { ...built, tag, seconds: (performance.now() - started) / 1000, remove }
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
  shared: SharedLayout | null,
): Promise<Pick<BuiltImage, 'reference' | 'imageId' | 'metadata'>> => {
  const { options, side, tempDir, workingDirectory } = build
  // BuildKit keeps it of every build; the image is the same with and without
  const environment = { ...build.docker.environment, BUILDX_METADATA_PROVENANCE: 'max' }
  const docker = { ...build.docker, environment }
  const directory = await mkdtemp(join(tempDir, 'build-'))
  try {
    const secrets = await prepareSecrets(options, { tempDir: directory, workingDirectory })
    for (const note of secrets.notes) build.log.line(neutraliseLine(note))
    const iidFile = join(directory, 'image-id')
    const metadataFile = join(directory, 'metadata')
    const layout = shared?.path ?? null
    const args = buildxArguments(options, inputs, {
      side,
      tag,
      iidFile,
      metadataFile,
      secretFlags: secrets.flags,
      layout,
    })
    const dockerfile = build.inputs.dockerfile
    await runBuild({ docker, args, cwd: workingDirectory, side, dockerfile }, runContext(build))
    const imageId = (await readFile(iidFile, 'utf8').catch(() => '')).trim() || null
    const metadata = await readFile(metadataFile, 'utf8').catch(() => '')
    const reference = layout ? referenceInLayout(layout, metadata) : `docker://${tag}`
    return { reference, imageId, metadata }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const withEngine = async (
  build: ImageBuild,
  inputs: ResolvedInputs,
  tag: string,
): Promise<Pick<BuiltImage, 'reference' | 'imageId' | 'metadata'>> => {
  const { options, side, docker } = build
  build.log.line('There is no docker buildx: the engine builds by itself, without BuildKit.')
  const dockerfile = build.inputs.dockerfile
  const { environment } = docker
  const imageId = await buildWithEngine(
    { engine: await build.engine(), options, inputs, side, tag, dockerfile, environment },
    runContext(build),
  )
  return { reference: `docker://${tag}`, imageId, metadata: null }
}

const REMOVE_TIMEOUT_MS = 15_000

const takeAway = async (
  { builder, docker, engine, log }: ImageBuild,
  tag: string,
  layout: SharedLayout | null,
): Promise<void> => {
  try {
    if (layout) return await layout.leave()
    if (builder.kind === 'engine') {
      const question = { method: 'DELETE', path: `/images/${tag}`, timeoutMs: REMOVE_TIMEOUT_MS } as const
      return void (await askEngine(await engine(), question))
    }
    const removed = await askDocker(docker, ['image', 'rm', tag], { timeoutMs: REMOVE_TIMEOUT_MS })
    if (removed.exitCode !== 0) throw new Error(removed.stderr)
  } catch (error) {
    const words = oneLine(String((error as Error).message))
    if (!/no such image/i.test(words))
      log.line(neutraliseLine(`The image ${tag} could not be removed: ${words}`))
  }
}

const once = (action: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | null = null
  return () => {
    done ??= action()
    return done
  }
}
