/**
 * The example review: two small images that a script of this repository made, or with `--build` the same example built
 * by the user's engine. What it shows is computed from those bytes each time.
 */
import { existsSync, realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BuiltImage, buildImage } from './build/build-image.ts'
import type { BuildLog } from './build/build-log.ts'
import { findBuilder } from './build/builder.ts'
import { dockerCommand } from './build/docker-command.ts'
import { locateInputs } from './build/resolve-context.ts'
import { UserError } from './errors.ts'
import { parseReference } from './image/reference.ts'
import type { InputName } from './inputs.ts'
import { type BuiltFrom, type InspectWorld, inspectImages } from './inspect.ts'
import type { Options, RawValue } from './options.ts'
import type { ReviewOutcome } from './pipeline.ts'
import { review } from './report/review.ts'
import { type Environment, withTempDir } from './world.ts'

export interface DemoWorld extends InspectWorld {
  readonly environment: Environment
  readonly log: BuildLog
}

export interface Demo {
  /** The options that the example's workflow would set. */
  readonly values: ReadonlyMap<InputName, RawValue>
  run(options: Options): Promise<ReviewOutcome>
}

const SIDES = ['base', 'head'] as const
/** Both sides have the name that the file has in its repository. */
const DOCKERFILE = 'Dockerfile'

export const demoReview = async (build: boolean, world: DemoWorld): Promise<Demo> => {
  const folder = examplesFolder()
  return {
    values: new Map([
      ['max-increase', { text: '20 MB', where: 'demo' }],
      ['name', { text: 'webserver', where: 'demo' }],
    ]),
    run: options => (build ? built(folder, options, world) : fromLayouts(folder, options, world)),
  }
}

/** `examples/` beside `dist/` or `src/`, wherever this program was started from. */
const examplesFolder = (): string => {
  let at = dirname(realpathSync(process.argv[1] ?? '.'))
  for (let up = 0; up < 4; up += 1) {
    if (existsSync(join(at, 'examples', 'images', 'base', 'index.json'))) return join(at, 'examples')
    at = dirname(at)
  }
  throw new UserError(
    'the folder examples/ is not beside this program: run the demo from a clone of the repository',
  )
}

const builtFromOf = async (folder: string, side: string): Promise<BuiltFrom> => ({
  text: await readFile(join(folder, 'webserver', `Dockerfile.${side}`), 'utf8'),
  file: DOCKERFILE,
  target: null,
  buildArgs: [],
})

const fromLayouts = (folder: string, options: Options, world: DemoWorld): Promise<ReviewOutcome> =>
  judged(
    SIDES.map(side => `oci-dir://${join(folder, 'images', side)}`),
    folder,
    options,
    world,
  )

const built = (folder: string, options: Options, world: DemoWorld): Promise<ReviewOutcome> =>
  withTempDir(null, async tempDir => {
    const images: BuiltImage[] = []
    const root = join(folder, 'webserver')
    const docker = dockerCommand(world.environment)
    const builder = await findBuilder(docker, options.build.builder, world.signal)
    try {
      for (const side of SIDES) {
        const build = { ...options.build, context: '.', file: `Dockerfile.${side}` }
        const inputs = await locateInputs(build, { checkout: root, workingDirectory: root })
        const engine = async () => world.engine().docker
        const { log, signal } = world
        images.push(
          await buildImage({
            side,
            options: build,
            inputs,
            root,
            workingDirectory: root,
            docker,
            builder,
            engine,
            log,
            tempDir,
            signal,
          }),
        )
      }
      return await judged(
        images.map(image => image.reference),
        folder,
        options,
        world,
      )
    } finally {
      for (const image of images) await image.remove()
    }
  })

const judged = async (
  references: readonly string[],
  folder: string,
  options: Options,
  world: DemoWorld,
): Promise<ReviewOutcome> => {
  const requests = await Promise.all(
    references.map(async (text, i) => ({
      reference: parseReference(text),
      builtFrom: await builtFromOf(folder, SIDES[i]!),
    })),
  )
  const [base, head] = await inspectImages(requests, world)
  const result = review({
    base: base!,
    head: head!,
    baseRef: { ref: null, how: 'the example as it was' },
    headRef: { ref: null, how: 'the example with the change' },
    baseMissing: null,
    budgets: options.budgets,
    failOn: options.failOn,
    warnOnly: options.warnOnly,
    minChangeBytes: options.minChangeBytes,
  })
  return {
    review: result,
    head: head!,
    base: base!,
    imageId: null,
    baseSha: null,
    dockerfile: DOCKERFILE,
    dockerfileText: null,
    sameInputs: false,
    isNew: false,
    notes: [],
  }
}
