/** The fewest `COPY --from` that bring exactly some files. */
import { EntryType } from '../tree/entries.ts'
import { compareNames } from '../tree/path-bytes.ts'
import type { Item, Scene } from './scene.ts'

/** One `COPY --from=build`. */
export interface Copy {
  /** Absolute; more than one only for files of one directory. */
  readonly sources: readonly string[]
  /** Absolute; ends in `/` where it is the directory that holds the sources. */
  readonly target: string
  /** `user:group`, where the root of a copied directory is not root's. */
  readonly chown?: string
  /** An octal mode. */
  readonly chmod?: string
}

export interface Cover {
  readonly copies: readonly Copy[]
  /** Commands for the build stage, after which folders can be copied whole. */
  readonly prune: readonly string[]
  /** Commands for the final stage: a link that is named by itself is not copied, but what it leads to. */
  readonly links: readonly string[]
}

/** More sources than this below one folder are worth a deletion in the build stage, if that takes fewer words. */
const MANY_SOURCES = 8

/** Directories that are copied whole though the base image has files in them, which the final base has too. */
const SHARED = /^.*\/lib\/python3\.\d+\/site-packages$/

interface Folder {
  /** Live entries below it that are no directories, and empty ones that count. */
  all: number
  wanted: number
  readonly items: Item[]
  readonly children: Set<string>
  /** `uid:gid` of all that is wanted below it. */
  readonly owners: Set<string>
}

/** The folder that a path lies in; `''` is the root. */
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

/**
 * A directory is copied whole when all that lives in it is wanted and the base image does not have it; else what is in
 * it, one by one.
 * @param items what is wanted
 * @param ignored true for a live path that may come along unasked
 */
export const coverItems = (
  scene: Scene,
  items: readonly Item[],
  ignored: (path: string) => boolean = () => false,
): Cover => {
  const folders = new Map<string, Folder>()
  const folderAt = (path: string): Folder => {
    let folder = folders.get(path)
    if (!folder) {
      folder = { all: 0, wanted: 0, items: [], children: new Set(), owners: new Set() }
      folders.set(path, folder)
      if (path !== '') folderAt(folderOf(path)).children.add(path)
    }
    return folder
  }
  const wanted = new Set(items.map(item => item.path))
  for (const item of items) {
    const path = item.type === EntryType.directory ? item.path : folderOf(item.path)
    folderAt(path).items.push(item)
    for (let at = path; ; at = folderOf(at)) {
      const folder = folderAt(at)
      folder.wanted += 1
      folder.owners.add(`${item.uid}:${item.gid}`)
      if (item.type === EntryType.directory) folder.all += 1
      if (at === '') break
    }
  }
  const others: string[] = []
  scene.eachFile(path => {
    if (!wanted.has(path) && ignored(path)) return
    if (!wanted.has(path)) others.push(path)
    for (let at = folderOf(path); ; at = folderOf(at)) {
      const folder = folders.get(at)
      if (folder) folder.all += 1
      if (at === '') break
    }
  })
  const copies: Copy[] = []
  const prune: string[] = []
  const links: string[] = []
  const visit = (path: string): void => {
    const folder = folders.get(path)!
    if (folder.wanted === 0) return
    const isWhole = folder.wanted === folder.all && path !== '' && !scene.baseHasDirectory(path)
    if (isWhole || SHARED.test(path)) {
      copies.push({ sources: [path], target: path, ...chownOf(folder, scene.at(path)) })
      return
    }
    const rubbish = path === '' || scene.baseHasDirectory(path) ? null : rubbishIn(path, others, folders)
    if (rubbish !== null && rubbish.length <= MANY_SOURCES && sourcesIn(path, folders) > MANY_SOURCES) {
      prune.push(`rm -rf ${rubbish.join(' ')}`)
      copies.push({ sources: [path], target: path, ...chownOf(folder, scene.at(path)) })
      return
    }
    const files = folder.items
      .filter(({ type }) => type !== EntryType.directory && type !== EntryType.symlink)
      .map(item => item.path)
    const inside = folder.items.filter(({ type }) => type === EntryType.symlink)
    if (inside.length > 0 && files.length === 0 && !scene.baseHasDirectory(path))
      links.push(`mkdir -p ${quoted(path)}`)
    for (const item of inside) links.push(`ln -sfn ${quoted(item.link ?? '')} ${quoted(item.path)}`)
    if (files.length > 0) copies.push({ sources: files.sort(compareNames), target: `${path}/` })
    for (const child of [...folder.children].sort(compareNames)) visit(child)
  }
  if (items.length > 0) visit('')
  return { copies, prune, links }
}

const quoted = (word: string): string =>
  /^[\w./@+:%=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** Where all that is copied belongs to one user beside root, its directory does too: `COPY` alone gives it to root. */
const chownOf = (folder: Folder, item: Item | null): { readonly chown?: string } =>
  item && item.uid + item.gid > 0 && folder.owners.size === 1 && folder.owners.has(`${item.uid}:${item.gid}`)
    ? { chown: `${item.uid}:${item.gid}` }
    : {}

/** What has to go before a folder can be copied whole: the fewest paths; null where a shell could misread one. */
const rubbishIn = (
  root: string,
  others: readonly string[],
  folders: ReadonlyMap<string, Folder>,
): readonly string[] | null => {
  const found = new Set<string>()
  for (const path of others) {
    if (!path.startsWith(`${root}/`)) continue
    // the highest folder in which nothing is wanted
    let at = path
    while (folderOf(at) !== root && (folders.get(folderOf(at))?.wanted ?? 0) === 0) at = folderOf(at)
    found.add(at)
  }
  const paths = [...found].sort(compareNames)
  return paths.every(path => /^[\w./@+-]+$/.test(path)) ? paths : null
}

/** How many sources it takes to bring a folder piece by piece. */
const sourcesIn = (root: string, folders: ReadonlyMap<string, Folder>): number => {
  const folder = folders.get(root)!
  if (folder.wanted === folder.all) return 1
  let count = folder.items.length
  for (const child of folder.children) count += sourcesIn(child, folders)
  return count
}
