/** The images and saved reports that the command is given by name. */

import { resolve } from 'node:path'
import type { CommandLine } from './arguments.ts'
import { givenBuildArgs } from './build/build-options.ts'
import { type CommandWorld, inspectWorld } from './command-world.ts'
import { finalStage } from './dockerfile/final-stage.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { UserError } from './errors.ts'
import { parseReference } from './image/reference.ts'
import { type InspectRequest, inspectImages } from './inspect.ts'
import type { Options } from './options.ts'
import type { ImageReport } from './report/types.ts'
import { unlessStopped } from './unless-stopped.ts'
import { readReportFile, readText } from './world.ts'

/** Reports of images that are read now, and of saved ones, in order. */
export const reportsOf = async (
  operands: readonly string[],
  options: Options,
  line: CommandLine,
  world: CommandWorld,
): Promise<ImageReport[]> => {
  const references = operands.map(parseReference)
  const images = references.filter(reference => reference.scheme !== 'report')
  const builtFrom = options.build.file === null ? null : await dockerfileOf(options, world)
  const requests: InspectRequest[] = images.map(reference => ({ reference, builtFrom }))
  const saved = new Map<string, ImageReport>()
  for (const reference of references)
    if (reference.scheme === 'report')
      saved.set(reference.text, await readReportFile(resolve(world.cwd, reference.path), reference.text))
  const read =
    requests.length > 0
      ? await unlessStopped(world.stop.signal, inspectImages(requests, inspectWorld(options, line, world)))
      : []
  return references.map(reference => saved.get(reference.text) ?? read[images.indexOf(reference as never)]!)
}

const dockerfileOf = async (options: Options, world: CommandWorld): Promise<InspectRequest['builtFrom']> => {
  const file = options.build.file!
  const { target } = options.build
  const text = await readText(resolve(world.cwd, file), `--file: ${file}`)
  if (text === null) throw new UserError(`--file: there is no Dockerfile at ${file}`)
  // one that does not parse is said so before an image is read
  finalStage(parseDockerfile(text, file), { target })
  return { text, file, target, buildArgs: givenBuildArgs(options.build, world.environment) }
}
