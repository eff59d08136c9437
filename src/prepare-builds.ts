/** Before anything is built: where the inputs are, what builds them, and what a bake file makes of the options. */
import { readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { readBake } from './build/bake.ts'
import { namedVariables } from './build/build-options.ts'
import { type Builder, findBuilder } from './build/builder.ts'
import { type DockerCommand, dockerCommand } from './build/docker-command.ts'
import type { Git } from './build/git.ts'
import { type InputPaths, locateInputs } from './build/resolve-context.ts'
import { finalStage } from './dockerfile/final-stage.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { UserError } from './errors.ts'
import type { Options } from './options.ts'
import type { ReviewWorld } from './review-world.ts'

/**
 * The options with what the bake file of one tree says; as they are where there is none.
 * @param root the tree: the checkout, or the base commit's
 */
export const withBake = async (
  options: Options,
  world: Pick<ReviewWorld, 'environment' | 'git' | 'signal' | 'workingDirectory'>,
  root: string | null,
): Promise<Options> => {
  if (options.build.bakeFile === null) return options
  const { workingDirectory, environment, git, signal } = world
  const directory =
    root === null || git === null ? workingDirectory : join(root, relative(git.root, workingDirectory))
  const docker = dockerCommand(environment, namedVariables(options.build))
  return { ...options, build: await readBake({ docker, options: options.build, directory, signal }) }
}

/** The same of what is checked out. A bake file that must not be built from is not even read. */
export const withOwnBake = async (
  options: Options,
  world: Pick<ReviewWorld, 'checkSources' | 'environment' | 'git' | 'signal' | 'workingDirectory'>,
): Promise<Options> => {
  const { bakeFile } = options.build
  if (bakeFile !== null) await world.checkSources?.([resolve(world.workingDirectory, bakeFile)])
  return withBake(options, world, world.git?.root ?? null)
}

export interface Builds {
  /** The options before a bake file was read: the base commit has its own. */
  readonly written: Options
  readonly git: Git
  readonly inputs: InputPaths
  readonly docker: DockerCommand
  readonly builder: Builder
}

/** Where the inputs are and what builds them; a Dockerfile that is not there or does not parse is said at once. */
export const prepareBuilds = async (
  options: Options,
  world: Pick<ReviewWorld, 'checkSources' | 'environment' | 'git' | 'signal' | 'workingDirectory'>,
  written: Options = options,
): Promise<Builds> => {
  const { workingDirectory, environment } = world
  const git = world.git ?? { root: workingDirectory, environment: {} as Git['environment'] }
  const inputs = await locateInputs(options.build, { checkout: git.root, workingDirectory })
  await world.checkSources?.(localInputs(inputs).map(path => join(git.root, path)))
  const docker = dockerCommand(environment, namedVariables(options.build))
  const file = join(git.root, inputs.dockerfile)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null)
    throw new UserError(
      `there is no Dockerfile at ${inputs.dockerfile}: name it with "file", or its folder with "context"`,
    )
  // a Dockerfile that does not parse is said so at once, not after a build of the base
  finalStage(parseDockerfile(text, inputs.dockerfile), { target: options.build.target })
  return {
    written,
    git,
    inputs,
    docker,
    builder: await findBuilder(docker, options.build.builder, world.signal),
  }
}

/** What a build reads of this machine, relative to the root of the checkout. */
const localInputs = ({ context, dockerfile, buildContexts }: InputPaths): readonly string[] => [
  context,
  dockerfile,
  ...buildContexts.filter(({ local }) => local).map(({ value }) => value),
]
