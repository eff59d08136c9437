/** Everything that is known of one image, as plain JSON: what is printed, saved, and compared. */

import type { HazardRule } from '../hazards/hazard.ts'
import type { HazardFacts } from '../hazards/hazard-image.ts'
import { type HazardReport, judgeHazards } from '../hazards/judge-hazards.ts'
import type { ImageContent } from '../image/image.ts'
import { LIMITS } from '../limits.ts'
import { type Owners, ownersOf } from '../packages/owners.ts'
import { isSystemPackage, type Package, type PackageState, type Unread } from '../packages/package.ts'
import { requestedBy } from '../packages/requested-by.ts'
import { lastPart, parentOf } from '../path-parts.ts'
import { mayBeDuplicate } from '../rules/duplicate-content.ts'
import { remember } from '../rules/once.ts'
import type { Rule } from '../rules/rule.ts'
import { liveRuleImage, packagesEver, pastRuleImage } from '../rules/rule-image.ts'
import { type Claim, createJudge } from '../rules/run-rules.ts'
import { slimmerBase } from '../rules/slimmer-base.ts'
import { countFiles, coveringPaths, type FileCounts } from '../tree/cover.ts'
import { compareNames } from '../tree/path-bytes.ts'
import { type Blob, blobPaths, type Tree } from '../tree/tree.ts'
import { explainHidden, findDuplicates, type Waste } from '../tree/waste.ts'
import { downloadSize } from './download-size.ts'
import { isLeftover, isOwnLeftover, totalBytes } from './finding.ts'
import { madeBy, type Trace } from './made-by.ts'
import { createRows, type RowSource } from './path-rows.ts'
import type {
  BaseImage,
  Finding,
  HiddenPathRow,
  ImageReport,
  LineRange,
  PathRow,
  ReportLayer,
  ReportPackage,
} from './types.ts'

export interface ReportInput {
  readonly image: ImageContent
  readonly platform: string | null
  readonly tree: Tree
  /** Package databases after each layer that changed them, in order. */
  readonly states: readonly PackageState[]
  readonly rules: readonly Rule[]
  /** Default: all. */
  readonly hazardRules?: readonly HazardRule[]
  /** What only a build or a checkout knows; null where nobody does. */
  readonly base: BaseImage | null
  /** For each layer its instruction, values masked, and its lines. */
  readonly instructions: readonly { readonly text: string | null; readonly line: LineRange | null }[]
  /** The final image's `/etc/passwd`, for home directories. */
  readonly passwd: Buffer | null
  /** The final image's `/etc/os-release`. */
  readonly osRelease?: Buffer | null
  /** What could not be read of the final image, and why. Nothing where it is left out. */
  readonly notExamined?: readonly Unread[]
  /** Follows what a `COPY --from` brought; only a checkout can. */
  readonly trace?: Trace
  readonly version: string
}

const PATHS_SHOWN = 20

/** One blob with what is known of it. */
export interface Judged {
  readonly blob: Blob
  readonly owner: Package | null
  readonly claim: Claim | null
}

/** What every blob of an image is: whose, and which rule claims it. */
export interface Judgement {
  readonly owners: Owners
  readonly judged: readonly Judged[]
}

export const judgeImage = (input: ReportInput): Judgement => {
  const owners = ownersOf(input.states, input.tree.canonical)
  return { owners, judged: judgeBlobs(input, owners) }
}

export const imageReport = (
  input: ReportInput,
  { owners, judged }: Judgement = judgeImage(input),
): ImageReport => {
  const { image, tree, base } = input
  const hazards = reportHazards(input, owners)
  const layers = reportLayers(input, tree.blobs)
  const content = sum(layers.map(layer => layer.content))
  const hidden = sum(layers.map(layer => layer.hidden))
  const inherited = base ? sum(layers.filter(layer => layer.inherited).map(layer => layer.content)) : null
  const findings = reportFindings(judged, input, countFiles(tree))
  const leftovers = totalBytes(findings.filter(isOwnLeftover))
  const source: RowSource = {
    nameOf: id => nameOf(tree, judged[id]!),
    pathOf: id => pathOf(tree, judged[id]!),
    sha256Of: id => {
      const { layer, entry } = tree.blobs[id]!
      return tree.layers[layer]!.hashHex(entry)
    },
  }
  const visibleRows = createRows(source)
  const hiddenRows = createRows(source)
  for (const [id, each] of judged.entries()) {
    const { blob, owner } = each
    ;(blob.hiddenBy === null ? visibleRows : hiddenRows).add({
      directory: directoryOf(tree, each),
      sizeBytes: blob.sizeBytes,
      id,
      layer: blob.layer,
      owner: owner ? `${owner.manager}:${owner.name}` : null,
      hiddenBy: blob.hiddenBy,
    })
  }
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: input.version },
    image: {
      source: image.source,
      configDigest: image.configDigest,
      platform: input.platform,
      created: image.config?.created ?? null,
      base: base && {
        ...base,
        slimmer: base.name === null ? null : slimmerBase(base.name, input.osRelease ?? null),
      },
    },
    size: {
      content,
      visible: content - hidden,
      hidden,
      download: downloadSize(image, base),
      own: inherited === null ? null : content - inherited,
      inherited,
      files: judged.filter(each => each.blob.hiddenBy === null).length,
      leftovers,
    },
    layers,
    packages: reportPackages(judged, input),
    findings,
    hazards: hazards.hazards.map(hazard => ({
      ...hazard,
      ...madeBy(input.trace, hazard.line, hazard.paths),
    })),
    notExamined: [...(input.notExamined ?? []), ...notRead(input), ...hazards.notExamined],
    paths: visibleRows.rows().map(({ hiddenBy: _, ...row }): PathRow => row),
    hiddenPaths: hiddenRows
      .rows()
      .map((row): HiddenPathRow => ({ ...row, hiddenBy: row.hiddenBy ?? row.layer })),
    complete: true,
  }
}

/** The smallest of its paths. Made when it is wanted: a million of them are a hundred megabytes. */
const pathOf = (tree: Tree, { blob }: Judged): string => blobPaths(tree, blob)[0]!

const nameOf = (tree: Tree, { blob }: Judged): string =>
  blob.paths ? lastPart(blob.paths[0]!) : tree.layers[blob.layer]!.name(blob.entry)

/** Of nearly all files it is known already: no path has to be made. */
const directoryOf = (tree: Tree, { blob }: Judged): string => {
  if (blob.paths) return parentOf(blob.paths[0]!)
  const table = tree.layers[blob.layer]!
  return table.directories.path(table.directory(blob.entry)) || '/'
}

/** Files that rules would have read, and for which a layer has too many. */
const notRead = ({ image }: ReportInput): Unread[] =>
  image.layers.flatMap(({ leftOut }, layer) => {
    if (!leftOut) return []
    const others = leftOut.files === 1 ? '' : ` and ${leftOut.files - 1} more of layer ${layer}`
    const limit = `more than ${LIMITS.layerRuleBytes} bytes of such files (layerRuleBytes)`
    const why = `the content of this file${others} was not read, because there are ${limit}: what only it could tell, such as a secret, is unknown`
    return [{ path: leftOut.path, why }]
  })

/** Libraries and interpreters that live files need which no package of the system owns. */
const namesLoaded = ({ tree, image }: ReportInput, owners: Owners): Set<string> => {
  const names = new Set<string>()
  const add = (path: string): unknown => names.add(lastPart(path))
  for (const blob of tree.blobs) {
    const program = blob.hiddenBy === null ? image.layers[blob.layer]!.programs.get(blob.entry) : undefined
    if (!program) continue
    const owner = owners.live(blobPaths(tree, blob)[0]!)
    if (owner && isSystemPackage(owner)) continue
    if (program.kind === 'script') {
      add(program.interpreter)
      // `#!/usr/bin/env python3`
      if (program.argument !== null) for (const word of program.argument.split(/\s+/)) add(word)
    } else if (program.elf.examined) for (const name of program.elf.needed) add(name)
  }
  return names
}

/** Each blob once, under its smallest path, with the package that owns it and the rule that claims it. */
const judgeBlobs = (input: ReportInput, owners: Owners): Judged[] => {
  const { tree, states } = input
  const { config, layers } = input.image
  const facts = {
    passwd: input.passwd,
    env: config?.env ?? [],
    command: [...(config?.entrypoint ?? []), ...(config?.cmd ?? [])],
    workingDirectory: config?.workingDir ?? null,
    labels: config?.labels ?? {},
    platform: input.platform,
    baseName: input.base?.name ?? null,
    bodies: layers.map(layer => layer.bodies),
    loaded: namesLoaded(input, owners),
  }
  const live = liveRuleImage(tree, { ...facts, packages: states.at(-1)?.packages ?? [] })
  const judgeLive = createJudge(input.rules, live)
  const anyHidden = tree.blobs.some(blob => blob.hiddenBy !== null)
  const past = pastRuleImage(tree, { ...facts, packages: packagesEver(states) })
  const judgeHidden = anyHidden ? createJudge(input.rules, past) : judgeLive
  const hidden = explainHidden(tree)
  const told = remember((waste: Waste) => ({ ...waste, by: hiderOf(waste, input) }))
  const duplicates = findDuplicates(tree, path => mayBeDuplicate(path) && owners.live(path) === null)
  return tree.blobs.map((blob, index) => {
    const paths = blobPaths(tree, blob)
    const path = paths[0]!
    const isLive = blob.hiddenBy === null
    const owner = isLive ? owners.live(path) : owners.hidden(path)
    const judge = isLive ? judgeLive : judgeHidden
    const table = tree.layers[blob.layer]!
    const { bodies } = layers[blob.layer]!
    const waste = hidden.get(index)
    const claim = judge({
      paths,
      sizeBytes: blob.sizeBytes,
      mode: table.mode(blob.entry),
      owner,
      // of a path twice in one layer only the last content was kept
      body:
        blob.hiddenBy === blob.layer || bodies.size === 0
          ? null
          : (bodies.get(blob.paths ? table.path(blob.entry) : path) ?? null),
      waste: waste ? told(waste) : null,
      duplicate: duplicates.get(index) ?? null,
      inherited: input.base !== null && blob.layer < input.base.layers,
    })
    return { blob, owner, claim }
  })
}

const reportHazards = (input: ReportInput, owners: Owners): HazardReport =>
  judgeHazards({
    ...hazardFactsOf(input, owners),
    lines: input.instructions.map(instruction => instruction.line),
    ...(input.hazardRules ? { rules: input.hazardRules } : {}),
  })

/** What the hazard rules are told of an image. */
export const hazardFactsOf = (input: ReportInput, owners: Owners): HazardFacts => {
  const { tree, states, base, platform } = input
  const { config, layers } = input.image
  return {
    tree,
    layers,
    owners,
    packages: states.at(-1)?.packages ?? [],
    // whose a file is, is not known where a database could not be read
    ownersKnown: (input.notExamined ?? []).length === 0,
    baseLayers: base?.layers ?? null,
    platform,
    env: config?.env ?? [],
    entrypoint: config?.entrypoint ?? [],
    cmd: config?.cmd ?? [],
    workingDirectory: config?.workingDir ?? null,
  }
}

const SHOWN_CHARACTERS = 60

/** The instruction that hid something: "`RUN rm -r /src` (Dockerfile:15)", or "layer 7" where nobody knows it. */
const hiderOf = ({ hiddenBy }: Waste, { instructions }: ReportInput): string => {
  const { text, line } = instructions[hiddenBy] ?? { text: null, line: null }
  const at = line ? `${line.file}:${line.start}` : `layer ${hiddenBy}`
  // the words are the Dockerfile's: a backtick in them would end the quotation
  const [first = ''] = text?.split('\n') ?? []
  const words = first.replace(/\s*\\$/, '').trim()
  if (words === '' || words.includes('`')) return at
  const short = words.length > SHOWN_CHARACTERS ? `${words.slice(0, SHOWN_CHARACTERS - 1)}…` : words
  return `\`${short}\` (${at})`
}

const reportLayers = (
  { image, tree, base, instructions }: ReportInput,
  blobs: readonly Blob[],
): ReportLayer[] => {
  const content = new Array<number>(image.layers.length).fill(0)
  const hidden = new Array<number>(image.layers.length).fill(0)
  for (const blob of blobs) {
    content[blob.layer]! += blob.sizeBytes
    if (blob.hiddenBy !== null) hidden[blob.layer]! += blob.sizeBytes
  }
  return tree.layers.map((_, index) => ({
    index,
    diffId: image.layers[index]!.diffId,
    content: content[index]!,
    hidden: hidden[index]!,
    inherited: base ? index < base.layers : null,
    instruction: instructions[index]?.text ?? null,
    line: instructions[index]?.line ?? null,
  }))
}

interface Group {
  readonly claim: Claim
  readonly layer: number
  readonly blobs: Judged[]
}

const reportFindings = (judged: readonly Judged[], input: ReportInput, counts: FileCounts): Finding[] => {
  const groups = new Map<string, Group>()
  let last: Group | null = null
  for (const each of judged) {
    const { claim, blob } = each
    if (!claim || blob.sizeBytes === 0) continue
    // mostly no key has to be made
    if (!last || last.claim !== claim || last.layer !== blob.layer) {
      const key: string = `${claim.rule.id}\0${claim.subject}\0${claim.certainty}\0${blob.layer}`
      last = groups.get(key) ?? { claim, layer: blob.layer, blobs: [] }
      groups.set(key, last)
    }
    last.blobs.push(each)
  }
  const requesters = requestersOf(input)
  return [...groups.values()]
    .map(group => findingOf(group, input, counts, requesters))
    .sort((a, b) => b.bytes - a.bytes || compareNames(a.key, b.key) || a.layer - b.layer)
}

const findingOf = (
  { claim, layer, blobs }: Group,
  { base, instructions, trace, tree }: ReportInput,
  counts: FileCounts,
  requesters: ReadonlyMap<string, readonly string[]>,
): Finding => {
  let bytes = 0
  let visible = 0
  const owners = new Set<string>()
  for (const { blob, owner } of blobs) {
    bytes += blob.sizeBytes
    if (blob.hiddenBy === null) visible += blob.sizeBytes
    if (owner) owners.add(owner.name)
  }
  const packages = distinct([...owners])
  const inherited = base ? layer < base.layers : null
  const paths = coveringPaths(
    tree,
    blobs.map(each => each.blob),
    counts,
    PATHS_SHOWN,
  )
  const line = instructions[layer]?.line ?? null
  return {
    rule: claim.rule.id,
    category: claim.rule.category,
    certainty: claim.certainty,
    key: `${claim.rule.id} ${claim.subject}`,
    title: claim.rule.title,
    reason: claim.reason,
    bytes,
    visible,
    hidden: bytes - visible,
    files: blobs.length,
    paths,
    packages,
    requestedBy: distinct(packages.flatMap(name => requesters.get(name) ?? [])),
    layer,
    line,
    ...madeBy(trace, line, paths),
    inherited,
    advice: { summary: claim.fix, edit: null, saves: isLeftover(claim) ? bytes : null },
  }
}

/** Who asked for a package, judged where it came in: what lower layers had already was not asked for there. */
const requestersOf = ({ states }: ReportInput): ReadonlyMap<string, readonly string[]> => {
  const result = new Map<string, readonly string[]>()
  let before: ReadonlySet<string> = new Set()
  for (const { packages } of states) {
    const by = requestedBy(packages, before)
    for (const { name } of packages) if (!before.has(name)) result.set(name, by.get(name) ?? [])
    before = new Set(packages.map(pkg => pkg.name))
  }
  return result
}

const reportPackages = (judged: readonly Judged[], input: ReportInput): ReportPackage[] => {
  const { states, base } = input
  const last = states.at(-1)?.packages ?? []
  const bytes = new Map<string, { all: number; own: number }>()
  for (const { blob, owner } of judged) {
    if (!owner || blob.hiddenBy !== null) continue
    const key = `${owner.manager}:${owner.name}`
    const entry = bytes.get(key) ?? { all: 0, own: 0 }
    entry.all += blob.sizeBytes
    if (base && blob.layer >= base.layers) entry.own += blob.sizeBytes
    bytes.set(key, entry)
  }
  const requesters = requestersOf(input)
  return last
    .map(pkg => {
      const entry = bytes.get(`${pkg.manager}:${pkg.name}`)
      return {
        manager: pkg.manager,
        name: pkg.name,
        version: pkg.version,
        bytes: entry?.all ?? 0,
        own: base ? (entry?.own ?? 0) : null,
        layer: installedBy(states, pkg),
        requestedBy: requesters.get(pkg.name) ?? [],
      }
    })
    .sort((a, b) => b.bytes - a.bytes || compareNames(a.name, b.name) || compareNames(a.manager, b.manager))
}

/** The layer from which on this version has been there without a gap. */
const installedBy = (states: readonly PackageState[], pkg: Package): number => {
  let layer = states.at(-1)!.layer
  for (const state of [...states].reverse()) {
    if (!versionsOf(state).has(`${pkg.manager}:${pkg.name}=${pkg.version}`)) break
    layer = state.layer
  }
  return layer
}

const versions = new WeakMap<PackageState, ReadonlySet<string>>()
const versionsOf = (state: PackageState): ReadonlySet<string> => {
  let known = versions.get(state)
  if (!known) {
    known = new Set(state.packages.map(pkg => `${pkg.manager}:${pkg.name}=${pkg.version}`))
    versions.set(state, known)
  }
  return known
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort(compareNames)
