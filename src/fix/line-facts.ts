/** What an image says of its Dockerfile's lines, for the rewrites of single instructions. */
import { isSystemPackage } from '../packages/package.ts'
import { isOwnLeftover, subjectOf } from '../report/finding.ts'
import type { Evidence } from './evidence.ts'
import { closureOf, packagesLoadedBy, recommendedPackages, wantedPackages } from './needs.ts'
import { nodeImports, packageScripts } from './node-imports.ts'
import { programFiles } from './program.ts'
import type { LineFacts } from './rewrites/rewrite.ts'
import type { Scene } from './scene.ts'
import { startPaths } from './start-words.ts'

/** The rules whose findings deletions in the same instruction remove: those of `LineFacts.left`. */
export const lineFacts = (scene: Scene, evidence: Evidence): LineFacts => {
  const left = new Set(
    scene.report.findings.filter(isOwnLeftover).map(each => `${each.rule} ${each.line?.start}`),
  )
  return {
    left: (rule, line) => left.has(`${rule} ${line}`),
    recommendsNothing: line => recommendsNothing(scene, evidence, line),
    needsNoDev: line => needsNoDev(scene, line),
    wrote: (line, path) => wroteIn(scene, line, path),
    folders: (rule, line) =>
      scene.report.findings
        .filter(each => each.rule === rule && each.line?.start === line && each.inherited !== true)
        .map(subjectOf),
    // `fix` builds with nothing else
    isBuildKit: true,
    baseHas: path => (scene.baseLayers === 0 ? null : scene.baseHas(path)),
  }
}

const DEVELOPMENT = 'node-dev-dependencies'
/** npm runs them when it installs, and they may run a development dependency (docs.npmjs.com, "scripts"). */
const INSTALL_SCRIPTS = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
  'dependencies',
]

/** True where they were found to be left over, and neither npm's own scripts nor the program's sources ask for them. */
const needsNoDev = (scene: Scene, line: number): boolean => {
  const folders = scene.report.findings
    .filter(each => each.rule === DEVELOPMENT && each.line?.start === line && isOwnLeftover(each))
    .map(subjectOf)
  const asked = nodeImports(scene).some(
    ({ path }) => scene.claimOf(`${path}/package.json`)?.rule.id === DEVELOPMENT,
  )
  return (
    folders.length > 0 &&
    !asked &&
    folders.every(folder => {
      const scripts = packageScripts(scene, folder.slice(0, -'/node_modules'.length) || '/')
      return scripts !== null && INSTALL_SCRIPTS.every(name => scripts[name] === undefined)
    })
  )
}

/** Null where no layer is known to be the line's: then nobody can tell. */
const wroteIn = ({ report, wrote }: Scene, line: number, path: string): boolean | null => {
  const layers = report.layers.filter(each => each.line?.start === line)
  return layers.length === 0 ? null : layers.some(({ index }) => wrote(index, path))
}

/** True where every package that came with a line only because others recommend it serves nothing that is known. */
const recommendsNothing = (scene: Scene, evidence: Evidence, line: number): boolean => {
  if (evidence.compiles !== null || evidence.uncertain !== null) return false
  const wanted = wantedPackages(scene)
  // what comes with a package that the program itself may use is its author's choice
  if (wanted.length > 0 && recommendedPackages(scene, wanted).length > wanted.length) return false
  const program = programFiles(scene, () => false)
  const used = packagesLoadedBy(scene, program.items).packages
  const named = [...startPaths(scene), ...evidence.named.keys()].flatMap(
    path => scene.ownerOf(path)?.name ?? [],
  )
  const layers = new Set(
    scene.report.layers.filter(each => each.line?.start === line).map(({ index }) => index),
  )
  const came = scene.report.packages.filter(pkg => isSystemPackage(pkg as never) && layers.has(pkg.layer))
  return (
    came.length > 0 &&
    came.every(
      ({ name, requestedBy }) => requestedBy.includes(name) || (!used.has(name) && !named.includes(name)),
    )
  )
}

/** What edits of some lines aim at. */
export interface Removal {
  readonly start: number
  readonly end: number
  /** Rules whose findings go. */
  readonly rules: readonly string[]
  /** Rules whose findings go where nothing that was asked for depends on their packages. */
  readonly recommendedRules: readonly string[]
}

/** Bytes of findings that edits of some lines would remove. */
export const removableBytes = (scene: Scene, edits: readonly Removal[]): number => {
  const asked = scene.report.packages.filter(({ name, requestedBy }) => requestedBy.includes(name))
  const stays = closureOf(
    scene.packages,
    asked.map(({ name }) => name),
  )
  return scene.report.findings
    .filter(({ rule, certainty, inherited, line, packages }) => {
      if (certainty !== 'leftover' || inherited === true || line === null) return false
      return edits.some(
        ({ start, end, rules, recommendedRules }) =>
          line.start >= start &&
          line.start <= end &&
          (rules.includes(rule) ||
            (recommendedRules.includes(rule) && !packages.every(name => stays.has(name)))),
      )
    })
    .reduce((sum, each) => sum + each.bytes, 0)
}
