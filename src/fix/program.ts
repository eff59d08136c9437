/** Which files of the own layers are the program: everything that no rule calls a leftover and no package brings back. */
import { isSystemPackage } from '../packages/package.ts'
import { isOwnLeftover, subjectOf } from '../report/finding.ts'
import type { Category } from '../rules/rule.ts'
import { EntryType } from '../tree/entries.ts'
import { splitCommands } from './commands.ts'
import type { Item, Scene } from './scene.ts'

export interface ProgramFiles {
  /** Files, links and empty directories that the final image must have, by byte order. */
  readonly items: readonly Item[]
  /** What stays behind because a rule calls it a leftover. */
  readonly leftovers: readonly Item[]
}

/**
 * What installers and package managers write for themselves: it is made again where they run again, and says nothing
 * where they do not.
 */
export const STATE =
  /^\/(?:var\/lib\/(?:dpkg|apt|rpm|dnf|yum|pacman|ucf|systemd|polkit-1|pam|python|sgml-base|xml-core|emacsen-common|ispell|dictionaries-common|ghostscript)|var\/cache\/(?:apt|debconf|ldconfig|fontconfig|man|dnf|yum|apk|pacman)|var\/log|etc\/alternatives|lib\/apk|usr\/lib\/apk|etc\/apk\/(?:world|keys|protected_paths\.d)|proc|sys|dev|run|var\/run)(?:\/|$)|^\/etc\/(?:ld\.so\.cache|\.pwd\.lock|mailcap|hosts|hostname|resolv\.conf|mtab|(?:passwd|group|shadow|gshadow|subuid|subgid)-?|rc\d\.d\/.*|apk\/world)$|^\/usr\/share\/(?:info\/dir|mime\/(?:mime\.cache|magic|aliases|generic-icons|globs2?|icons|subclasses|treemagic|types|version|XMLnamespaces|packages\/.*|[^/]+\/[^/]+\.xml)|glib-2\.0\/schemas\/gschemas\.compiled|icons\/[^/]+\/icon-theme\.cache)$|\/(?:gconv-modules|loaders|giomodule|immodules)\.cache$|^\/etc\/ssl\/certs\/|^\/\.dockerenv$/

/** What tools leave in a home folder or for their next start, and files that tell a builder what to do: no program reads them. */
const DEBRIS =
  /\/\.cache\/pip(?:\/|$)|\/\.config\/go\/telemetry\/|\/\.npm\/(?:_logs|_update-notifier[^/]*)(?:\/|$)|^\/tmp\/node-compile-cache(?:\/|$)|\/\.?cargo\/\.(?:global-cache|package-cache(?:-mutate)?)$|\/\.(?:wget-hsts|bash_history|python_history|ash_history|node_repl_history|lesshst)$|\/(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$|\/[\w.-]+\.[Dd]ockerfile$|\/\.(?:dockerignore|gitignore|gitattributes)$|\/(?:docker-)?compose[\w.-]*\.ya?ml$/

/** Leftovers of these kinds serve no program. Of the others (data, secrets, documentation) only their author knows. */
const LEFT_BEHIND: ReadonlySet<Category> = new Set([
  'compiler',
  'build-tool',
  'headers',
  'static-library',
  'debug',
  'package-cache',
  'build-output',
  'dependencies',
  'vcs',
  'download',
  'temporary',
])

/** @param isDropped true for a package of the system that the final image will not have */
export const programFiles = (scene: Scene, isDropped: (packageName: string) => boolean): ProgramFiles => {
  const items: Item[] = []
  const leftovers: Item[] = []
  const gone = new Set<string>()
  const links: Item[] = []
  const parents = new Set<string>()
  for (const item of scene.own) parents.add(item.path.slice(0, item.path.lastIndexOf('/')))
  const subjects = leftoverFolders(scene)
  const installing = installOnly(scene)
  for (const item of scene.own) {
    if (installing.has(item.layer) && SYSTEM_PLACE.test(item.path)) continue
    if (STATE.test(item.path) || DEBRIS.test(item.path)) continue
    if (item.type === EntryType.directory) {
      if (subjects.some(folder => item.path === folder || item.path.startsWith(`${folder}/`))) continue
      if (/\/\.(?:cache|config|npm|cargo)(?:\/|$)/.test(item.path)) continue
      if (/^\/(?:usr|etc|lib|bin|sbin)\//.test(item.path) && installsPackages(scene, item.layer)) continue
      if (!parents.has(item.path) && !scene.baseHasDirectory(item.path) && !isOfSystem(scene, item.path))
        items.push(item)
      continue
    }
    if (isOfSystem(scene, item.path) || item.type === EntryType.other) continue
    const claim = scene.claimOf(item.path)
    if (claim?.certainty === 'leftover' && LEFT_BEHIND.has(claim.rule.category)) {
      leftovers.push(item)
      gone.add(item.path)
    } else if (item.type === EntryType.symlink) links.push(item)
    else if (!isBytecodeOfOthers(scene, item.path)) items.push(item)
  }
  for (const link of links) if (!leadsToNothing(scene, link, gone, isDropped)) items.push(link)
  return { items: items.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)), leftovers }
}

/** Folders that a rule claims as a whole: what is empty in them is left behind, too. */
const leftoverFolders = (scene: Scene): readonly string[] => [
  ...new Set(
    scene.report.findings
      .filter(each => isOwnLeftover(each) && each.rule !== 'go-sources')
      .map(subjectOf)
      .filter(subject => subject.startsWith('/') && subject !== '/' && !scene.baseHasDirectory(subject)),
  ),
]

const SYSTEM_PLACE = /^\/(?:usr\/(?!local\/|src\/)|etc|var|lib|lib64|bin|sbin|boot)\//
const INSTALLS = /^(?:sudo )?(?:\w+=\S* )*(?:apt-get|apt|apk|dnf|yum|microdnf|zypper|rm|set|export)\b/

/** Layers of instructions that install packages of the system and do nothing else. */
const installOnly = ({ report }: Scene): ReadonlySet<number> =>
  new Set(
    report.layers.flatMap(({ index, instruction }) => {
      const [, body] = /^RUN (?:--\S+ )*(.*)$/s.exec(instruction ?? '') ?? []
      const commands = body === undefined ? null : splitCommands(body)
      return commands?.every(command => INSTALLS.test(command)) ? [index] : []
    }),
  )

/** What packages' own scripts make is made again where the packages are. */
const installsPackages = (scene: Scene, layer: number): boolean =>
  /\b(?:apt|apt-get|dpkg|apk|dnf|yum|microdnf|zypper)\b/.test(scene.report.layers[layer]?.instruction ?? '')

const isOfSystem = (scene: Scene, path: string): boolean => {
  const owner = scene.ownerOf(path)
  return owner !== null && isSystemPackage(owner)
}

/** Of a module of the base image, which runs without it: `json/__pycache__/decoder.cpython-312.pyc`. */
const isBytecodeOfOthers = (scene: Scene, path: string): boolean => {
  const [, folder, name] = /^(.*)\/__pycache__\/([^/]+?)\.[^/]*\.pyc$/.exec(path) ?? []
  if (folder === undefined || name === undefined) return false
  const source = scene.at(`${folder}/${name}.py`)
  return source !== null && source.layer < scene.baseLayers
}

const leadsToNothing = (
  scene: Scene,
  { path, link }: Item,
  gone: ReadonlySet<string>,
  isDropped: (packageName: string) => boolean,
): boolean => {
  if (link?.startsWith('/etc/alternatives/')) return true
  const end = scene.hazards.resolve(path)
  if (end === null) return false
  if (gone.has(end)) return true
  const owner = scene.ownerOf(end)
  const item = scene.at(end)
  return (
    owner !== null &&
    isSystemPackage(owner) &&
    item !== null &&
    item.layer >= scene.baseLayers &&
    isDropped(owner.name)
  )
}
