/** Builds texts in the place of the Dockerfile, and reads what comes of them: what `fix-image.ts` tells the story with. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type BuiltImage, buildImage } from './build/build-image.ts'
import { givenBuildArgs } from './build/build-options.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { type Evidence, gatherEvidence } from './fix/evidence.ts'
import { binariesToRead, createFixKeep } from './fix/evidence-files.ts'
import type { Scene } from './fix/scene.ts'
import { parseReference } from './image/reference.ts'
import { inspectScenes } from './inspect.ts'
import type { Options } from './options.ts'
import type { Builds } from './prepare-builds.ts'
import type { ReviewWorld } from './review-world.ts'

export type FixWorld = Pick<
  ReviewWorld,
  | 'checkSources'
  | 'engine'
  | 'environment'
  | 'git'
  | 'log'
  | 'onProgress'
  | 'platform'
  | 'signal'
  | 'tempDir'
  | 'workingDirectory'
>

export interface Workshop {
  readonly options: Options
  readonly world: FixWorld
  readonly builds: Builds
  /** Removed by the caller, however it ends. */
  readonly images: BuiltImage[]
}

export interface Built {
  readonly scene: Scene
  readonly image: BuiltImage
}

/**
 * Builds a text as the Dockerfile, with everything else as the user asked for, and reads the image.
 * @throws BuildError where the builder refuses it
 */
export const buildText = async (
  shop: Workshop,
  title: string,
  text: string,
  ignore: IgnoreFile | null = null,
): Promise<Built> => {
  const { options, world, builds, images } = shop
  const directory = join(world.tempDir, `fix-${images.length}`)
  await mkdir(directory, { recursive: true })
  try {
    const original = join(builds.git.root, builds.inputs.dockerfile)
    const file = join(directory, basename(original))
    await writeFile(file, text)
    // a `Dockerfile.dockerignore` counts instead of `.dockerignore`, beside whatever file is built from
    const ignored = ignore?.text ?? (await readFile(`${original}.dockerignore`).catch(() => null))
    if (ignored !== null) await writeFile(`${file}.dockerignore`, ignored)
    const image = await buildImage({
      side: 'head',
      title,
      // what the first build was told to make anew is then in the cache
      options: {
        ...options.build,
        noCache: images.length === 0 && options.build.noCache,
        pull: images.length === 0 && options.build.pull,
        cacheTo: [],
      },
      inputs: builds.inputs,
      dockerfile: file,
      root: builds.git.root,
      workingDirectory: world.workingDirectory,
      docker: builds.docker,
      builder: builds.builder,
      engine: async () => world.engine().docker,
      log: world.log,
      tempDir: world.tempDir,
      signal: world.signal,
    })
    images.push(image)
    return { image, scene: await readBuilt(shop, image, text, createFixKeep()) }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The file that says what of the context is not sent, as it is or as it is to be. */
export interface IgnoreFile {
  /** Relative to the checkout. */
  readonly path: string
  readonly text: string
}

/** The one that counts: `Dockerfile.dockerignore` beside the Dockerfile, else `.dockerignore` of the context. */
export const readIgnoreFile = async ({ builds }: Workshop): Promise<IgnoreFile> => {
  const { git, inputs } = builds
  const own = `${inputs.dockerfile}.dockerignore`
  const text = await readFile(join(git.root, own), 'utf8').catch(() => null)
  if (text !== null) return { path: own, text }
  const path = inputs.context === '.' ? '.dockerignore' : `${inputs.context}/.dockerignore`
  return { path, text: await readFile(join(git.root, path), 'utf8').catch(() => '') }
}

const readBuilt = async (
  { options, world, builds }: Workshop,
  image: BuiltImage,
  text: string,
  keep: (path: string, sizeBytes: number) => boolean,
): Promise<Scene> => {
  const { target } = options.build
  const buildArgs = givenBuildArgs(options.build, world.environment)
  const builtFrom = { text, file: builds.inputs.dockerfile, target, buildArgs }
  const [scene] = await inspectScenes(
    [{ reference: parseReference(image.reference), builtFrom }],
    world,
    keep,
  )
  world.signal?.throwIfAborted()
  return scene!
}

/** What the program's texts and binaries name. Binaries at unusual places are read once more, for the words in them. */
export const evidenceOf = async (
  shop: Workshop,
  { scene, image }: Built,
  text: string,
): Promise<Evidence> => {
  const runs = parseDockerfile(text, shop.builds.inputs.dockerfile)
    .instructions.filter(({ keyword }) => keyword === 'RUN')
    .map(instruction => instruction.text)
    .join('\n')
  const binaries = new Map<string, Buffer>()
  const missing = new Set<string>()
  for (const path of binariesToRead(scene)) {
    const body = scene.body(path)
    if (body) binaries.set(path, body)
    else missing.add(path)
  }
  if (missing.size > 0) {
    const again = await readBuilt(shop, image, text, path => missing.has(path))
    for (const path of missing) {
      const body = again.body(path)
      if (body) binaries.set(path, body)
    }
  }
  return gatherEvidence(scene, binaries, runs)
}
