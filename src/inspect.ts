/** Images to reports: read → stack → own → judge → report, as DESIGN draws it. Used by the pipeline for every side. */
import { argumentsOf } from './build/build-options.ts'
import type { BuildSteps } from './dockerfile/build-steps.ts'
import { describeInstruction } from './dockerfile/describe-history.ts'
import { finalStage } from './dockerfile/final-stage.ts'
import { type HistoryMatch, matchHistory } from './dockerfile/match-history.ts'
import { matchSteps } from './dockerfile/match-steps.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { traceStage } from './dockerfile/trace-stage.ts'
import { createScene, type Scene } from './fix/scene.ts'
import { hazardRules, keepForHazards } from './hazards/index.ts'
import { platformOf } from './image/config.ts'
import type { Engine } from './image/engine.ts'
import type { ImageContent, Keep } from './image/image.ts'
import type { ImageReference } from './image/reference.ts'
import { type ReadOptions, readImages } from './image/sources.ts'
import { createPackageReader, databasesNotKept, keepForPackages, keepForSystem } from './packages/index.ts'
import { imageReport, judgeImage, type ReportInput } from './report/image-report.ts'
import type { Trace } from './report/made-by.ts'
import { recogniseBase } from './report/recognise-base.ts'
import type { BaseImage, ImageReport } from './report/types.ts'
import { keepForRules, rules } from './rules/index.ts'
import { Directories } from './tree/entries.ts'
import { stackLayers } from './tree/stack.ts'
import { VERSION } from './version.ts'

/** What a checkout knows of an image: the Dockerfile it was built from. */
export interface BuiltFrom {
  readonly text: string
  /** Its path in the repository. */
  readonly file: string
  readonly target: string | null
  /** `NAME=value`; a name alone has no known value. */
  readonly buildArgs: readonly string[]
  /** What the builder said of its steps, where it did. */
  readonly steps?: BuildSteps | null
}

export interface InspectRequest {
  readonly reference: ImageReference
  /** What the report calls the image; what `reference` says unless given. */
  readonly source?: string
  readonly builtFrom: BuiltFrom | null
}

export interface InspectWorld {
  /** Asked for only when an image is in an engine. */
  readonly engine: () => Engine
  /** Preferred where an image has several platforms: `linux/amd64`. */
  readonly platform: string
  /** Where docker's logins for registries are looked up; without it nobody is logged in. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly onProgress?: (bytes: number) => void
  /** A folder for what was read of layers, so that the next run need not read them; none where it is left out. */
  readonly cacheDir?: string | null
  /** Longest time without a byte from an engine. */
  readonly silenceMs?: number
  readonly signal?: AbortSignal
  /** False: no rule and no hazard is asked; only a measurement of what they cost wants that. */
  readonly judges?: boolean
}

const PASSWD = '/etc/passwd'
const OS_RELEASE = ['/etc/os-release', '/usr/lib/os-release']

/** Files that are read as they stood after each layer. What rules keep belongs to one file in one layer. */
const isState = (path: string, sizeBytes = 0): boolean =>
  path === PASSWD || OS_RELEASE.includes(path) || keepForPackages(path, sizeBytes)

const isNeeded = (path: string, sizeBytes: number): boolean =>
  path === PASSWD || OS_RELEASE.includes(path) || keepForSystem(path, sizeBytes)

const decide: Keep = (path, sizeBytes) => {
  if (isNeeded(path, sizeBytes)) return 'all'
  return keepForPackages(path, sizeBytes) || keepForRules(path, sizeBytes) || keepForHazards(path, sizeBytes)
    ? 'maybe'
    : 'none'
}

const decideState: Keep = (path, sizeBytes) => (isState(path, sizeBytes) ? 'all' : 'none')

/** Facts that were not asked for would be missing the next time: a measurement without rules keeps nothing. */
const cacheOf = ({
  cacheDir = null,
  judges = true,
}: InspectWorld): NonNullable<ReadOptions['cache']> | null =>
  cacheDir !== null && judges ? { folder: cacheDir, version: VERSION } : null

/** One report for each request, in order; images of an engine are read in one export. */
export const inspectImages = async (
  requests: readonly InspectRequest[],
  world: InspectWorld,
): Promise<ImageReport[]> => {
  const { judges = true } = world
  const images = await readImages(
    requests.map(request => request.reference),
    { ...world, keep: judges ? decide : decideState, programs: judges, cache: cacheOf(world) },
  )
  return images.map((image, i) => imageReport(inputOf(image, requests[i]!, judges)))
}

/**
 * The same with everything that a report leaves out: what a rewrite of the Dockerfile is planned from and proved by.
 * @param keep files whose content is wanted beside what the reports need
 */
export const inspectScenes = async (
  requests: readonly InspectRequest[],
  world: InspectWorld,
  keep: (path: string, sizeBytes: number) => boolean,
): Promise<Scene[]> => {
  const images = await readImages(
    requests.map(request => request.reference),
    {
      ...world,
      keep: (path, size) => (keep(path, size) ? 'all' : decide(path, size)),
      cache: cacheOf(world),
    },
  )
  return images.map((image, i) => {
    const input = inputOf(image, requests[i]!)
    const judgement = judgeImage(input)
    return createScene(input, judgement, imageReport(input, judgement))
  })
}

const inputOf = (
  content: ImageContent,
  { builtFrom, source }: InspectRequest,
  judges = true,
): ReportInput => {
  const image = source === undefined ? content : { ...content, source }
  const directories = image.layers[0]?.entries.directories ?? new Directories()
  const { tree, snapshots } = stackLayers(
    image.layers.map(({ entries, bodies }) => ({
      entries,
      bodies: new Map([...bodies].filter(([path]) => isState(path))),
    })),
    directories,
  )
  const last = snapshots.at(-1)?.bodies ?? new Map<string, Buffer>()
  const read = createPackageReader()
  const states = snapshots.map(({ layer, bodies }) => ({ layer, ...read(bodies) }))
  const sizeOf = (path: string): number => {
    const at = tree.entryAt(path)
    return at ? tree.layers[at.layer]!.sizeBytes(at.entry) : 0
  }
  const match = builtFrom && matchOf(image, builtFrom)
  return {
    image,
    platform: image.config && platformOf(image.config),
    tree,
    states,
    notExamined: [...(states.at(-1)?.unread ?? []), ...databasesNotKept(last, sizeOf)],
    rules: judges ? rules : [],
    hazardRules: judges ? hazardRules : [],
    base: match?.base ?? recogniseBase(image.config?.history ?? []),
    ...(match ? { trace: match.trace } : {}),
    instructions: instructionsOf(image, match?.history ?? null),
    passwd: last.get(PASSWD) ?? null,
    osRelease: OS_RELEASE.map(path => last.get(path)).find(body => body !== undefined) ?? null,
    version: VERSION,
  }
}

/** Layers ↔ instructions of the Dockerfile; null where they do not fit: no line rather than a wrong one. */
const matchOf = (
  image: ImageContent,
  { text, file, target, buildArgs, steps = null }: BuiltFrom,
): { readonly history: HistoryMatch; readonly base: BaseImage; readonly trace: Trace } | null => {
  const platform = image.config && platformOf(image.config)
  const dockerfile = parseDockerfile(text, file)
  const stage = finalStage(dockerfile, {
    target,
    buildArgs: argumentsOf(buildArgs),
    platform,
  })
  const history =
    (steps && matchSteps(steps, text, image.layers.length, stage)) ??
    matchHistory(image.config?.history ?? [], image.layers.length, stage)
  return (
    history && {
      history,
      base: { name: stage.base, layers: history.baseLayers, evidence: 'build' },
      trace: (line, path) => traceStage(dockerfile, stage.instructions, line, path),
    }
  )
}

const instructionsOf = (
  image: ImageContent,
  match: HistoryMatch | null,
): {
  readonly text: string | null
  readonly line: NonNullable<HistoryMatch['layers'][number]>['line'] | null
}[] => {
  const history = (image.config?.history ?? []).filter(entry => !entry.emptyLayer)
  const fits = history.length === image.layers.length
  return image.layers.map((_, i) => {
    const line = match?.layers[i]?.line ?? null
    const createdBy = fits ? history[i]!.createdBy : null
    return { text: match?.layers[i]?.instruction ?? (createdBy && describeInstruction(createdBy)), line }
  })
}
