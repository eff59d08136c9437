/** The plan of a final stage: what it starts from, what it installs, what it is given. */
import type { ImageConfig } from '../image/image.ts'
import { isSystemPackage, type Package } from '../packages/package.ts'
import { type Amendments, NO_AMENDMENTS } from './amendments.ts'
import { installCommand, type SystemManager, upgradesIn, userCommands } from './commands.ts'
import { coverItems } from './cover.ts'
import { keepSettings } from './environment.ts'
import type { Evidence } from './evidence.ts'
import type { WholeStage } from './final-chain.ts'
import { dataCopies, needsLinkerCache, pruneNode, USER_FILES, withNames } from './final-files.ts'
import {
  closureOf,
  installLine,
  leftoverPackages,
  packagesLoadedBy,
  recommendedPackages,
  wantedPackages,
} from './needs.ts'
import { type ProgramFiles, programFiles } from './program.ts'
import type { Item, Scene } from './scene.ts'
import { comesAgain, findSplit } from './split-point.ts'
import type { StagesPlan } from './stages.ts'
import { startPaths } from './start-words.ts'

/** What the final stage starts from. */
export interface Target {
  /** As it is written after `FROM`. */
  readonly name: string
  /** That image by itself; null for the base that the image has already. */
  readonly other: OtherBase | null
}

/** An image that another final stage starts from. */
export interface OtherBase {
  readonly config: ImageConfig | null
  readonly packages: readonly Package[]
  readonly has: (path: string) => boolean
}

/** What `FROM scratch` gives: nothing. */
export const SCRATCH: OtherBase = { config: null, packages: [], has: () => false }

/** Packages of data alone, whose files a program that needs no other can be given. */
const DATA_PACKAGES = new Set(['ca-certificates', 'tzdata', 'tzdata-legacy', 'netbase'])

export interface StagesOutcome {
  readonly plan: StagesPlan
  readonly program: ProgramFiles
  readonly install: readonly string[]
}

/** The plan, or why there is none. */
export const planStages = (
  scene: Scene,
  stage: WholeStage,
  target: Target,
  evidence: Evidence,
  amend: Amendments = NO_AMENDMENTS,
): StagesOutcome | string => {
  const present = new Set(
    (target.other?.packages ?? scene.basePackages).filter(isSystemPackage).map(pkg => pkg.name),
  )
  const isScratch = target.other === SCRATCH
  if (isScratch && !wantedPackages(scene).every(name => DATA_PACKAGES.has(name)))
    return 'it has packages of the system'
  const install = isScratch ? [] : packagesToInstall(scene, present, amend, evidence.named.keys())
  const installed = closureOf(scene.packages, [...install, ...present])
  const program = programFiles(scene, name => !installed.has(name))
  const splitAt = findSplit(scene, stage, program)
  if (splitAt === 0) return 'no instruction of the Dockerfile builds anything'
  const head = stage.instructions.slice(0, splitAt)
  const splitLine = stage.instructions[splitAt]?.line.start ?? Number.POSITIVE_INFINITY
  const isBuilt = (item: Item): boolean => (scene.report.layers[item.layer]?.line?.start ?? 0) < splitLine
  const manager = managerOf(scene)
  if (install.length > 0 && manager === null) return 'its package manager is not one that Plimsoll can ask'
  const asWritten = userCommands(head)
  const users = asWritten?.every(command => canRun(command, target)) ? asWritten : null
  const items = oncePerPath([
    ...program.items.filter(
      item => isBuilt(item) && !isMadeByUsers(item, users) && !comesAgain(scene, item, stage, splitAt),
    ),
    ...baseFiles(scene, program, target),
    ...[...(users === null ? USER_FILES : []), ...amend.copies].flatMap(path => scene.at(path) ?? []),
  ])
  const pruned = pruneNode(scene, program)
  const cover = coverItems(scene, items, path => isIgnored(path) || pruned.paths.has(path))
  const copies = [
    ...cover.copies.map(copy => withNames(copy, scene)),
    ...(isScratch ? dataCopies(scene) : []),
  ]
  const upgrades = manager === 'dpkg' && !isScratch ? upgradesIn(head) : []
  return {
    program,
    install,
    plan: {
      base: target.name,
      splitAt,
      prune: [...pruned.commands, ...cover.prune],
      install: manager === null ? [] : installCommand(manager, install, { upgrades }),
      users: isScratch ? [] : (users ?? []),
      copies,
      after: [...cover.links, ...(needsLinkerCache(scene, items) ? ['ldconfig'] : []), ...amend.after],
      keep: [...lostSettings(scene, stage, target), ...amend.keep],
    },
  }
}

const oncePerPath = (items: readonly Item[]): readonly Item[] => [
  ...new Map(items.map(item => [item.path, item])).values(),
]

/** What another base image would change and no instruction of the stage sets. */
const lostSettings = (
  { config }: Scene,
  { instructions }: WholeStage,
  { other }: Target,
): readonly string[] => {
  if (!other) return []
  const env = instructions.flatMap(each =>
    each.keyword === 'ENV' ? each.settings.map(({ name }) => name) : [],
  )
  const keywords = instructions.map(({ keyword }) => keyword)
  return keepSettings(config, other.config, { env: new Set(env), keywords: new Set(keywords) })
}

const managerOf = ({ packages }: Scene): SystemManager | null => {
  const managers = new Set(packages.map(pkg => pkg.manager))
  return (['dpkg', 'apk', 'rpm'] as const).find(name => managers.has(name)) ?? null
}

const packagesToInstall = (
  scene: Scene,
  present: ReadonlySet<string>,
  amend: Amendments,
  named: Iterable<string>,
): readonly string[] => {
  const wanted = wantedPackages(scene)
  const left = leftoverPackages(scene)
  const program = programFiles(scene, name => left.has(name))
  const loaded = packagesLoadedBy(scene, program.items)
  const commands = [...startPaths(scene), ...named].flatMap(path => {
    const owner = scene.ownerOf(path)
    return owner && isSystemPackage(owner) ? [owner.name] : []
  })
  const needed = new Set([
    ...recommendedPackages(scene, wanted),
    ...loaded.packages,
    ...commands,
    ...amend.packages,
  ])
  // `apk add --virtual .build-deps` is a name for others
  const real = [...needed].filter(name => !name.startsWith('.'))
  return installLine(scene.packages, real, present)
}

/** Libraries that the program loads, that no package owns, and that only the original base image has. */
const baseFiles = (scene: Scene, program: ProgramFiles, target: Target): readonly Item[] => {
  const { other } = target
  if (!other) return []
  return [...packagesLoadedBy(scene, program.items).files].flatMap(path => {
    const item = scene.at(path)
    const owner = scene.ownerOf(path)
    const isThere = other.has(path)
    return item && item.layer < scene.baseLayers && !(owner && isSystemPackage(owner)) && !isThere
      ? [item]
      : []
  })
}

/** Whether another base image has the tool that makes a user: Debian's slim images may lack `adduser`. */
const canRun = (command: string, { other }: Target): boolean =>
  other === null ||
  ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some(folder =>
    other.has(`${folder}/${command.replace(/^sudo /, '').split(' ')[0]}`),
  )

const SKELETON = /^\/(?:home\/[^/]+|root)\/\.(?:bashrc|profile|bash_logout)$/

const isMadeByUsers = ({ path }: Item, users: readonly string[] | null): boolean =>
  users !== null && users.length > 0 && SKELETON.test(path)

/** Bytecode may come along with what it was made from. */
const isIgnored = (path: string): boolean => /\/__pycache__\/[^/]+\.pyc$/.test(path)
