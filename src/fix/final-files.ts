/** Particular files of a final stage: data for a bare program, dependencies without those of development, names of owners. */
import { EntryType } from '../tree/entries.ts'
import type { Copy } from './cover.ts'
import type { ProgramFiles } from './program.ts'
import type { Item, Scene } from './scene.ts'
import { scratchFiles } from './scratch.ts'

export const USER_FILES = ['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow']

/** For a program that needs nothing else: the data that the original has, and a place for its own. */
export const dataCopies = (scene: Scene): readonly Copy[] => {
  const files = scratchFiles(scene) ?? []
  const users = files.filter(path => USER_FILES.includes(path))
  const others = files.filter(path => !USER_FILES.includes(path))
  return [
    ...others.map(path =>
      path.endsWith('.crt')
        ? { sources: [path], target: path.slice(0, path.lastIndexOf('/') + 1) }
        : { sources: [path], target: path },
    ),
    ...(users.length > 0 ? [{ sources: users, target: '/etc/' }] : []),
    { sources: ['/tmp'], target: '/tmp', chmod: '1777' },
  ]
}

/**
 * Development dependencies that npm recorded are taken out by npm itself, and their folder is copied whole. npm wants to
 * know again what optional packages there are: what its cache says is enough, and needs no registry.
 */
export const pruneNode = (
  scene: Scene,
  program: ProgramFiles,
): { readonly commands: readonly string[]; readonly paths: ReadonlySet<string> } => {
  const paths = new Set<string>()
  const roots = new Set<string>()
  for (const { path } of program.leftovers) {
    if (scene.claimOf(path)?.rule.id !== 'node-dev-dependencies') continue
    const root = path.slice(0, path.indexOf('/node_modules/'))
    if (scene.at(`${root}/node_modules/.package-lock.json`) === null) continue
    paths.add(path)
    roots.add(root)
  }
  // links to what goes
  for (const { path, type } of scene.own)
    if (type === EntryType.symlink && path.includes('/node_modules/.bin/')) {
      const end = scene.hazards.resolve(path)
      if (end !== null && paths.has(end)) paths.add(path)
    }
  const directory = scene.config?.workingDir ?? '/'
  const commands = [...roots].map(root =>
    root === directory
      ? 'npm prune --omit=dev --prefer-offline'
      : `npm prune --omit=dev --prefer-offline --prefix ${root === '' ? '/' : root}`,
  )
  return { commands, paths }
}

/** Names instead of numbers where `/etc/passwd` and `/etc/group` have them. */
export const withNames = (copy: Copy, scene: Scene): Copy => {
  const [uid, gid] = copy.chown?.split(':') ?? []
  if (uid === undefined || gid === undefined) return copy
  const user = nameIn(scene.body('/etc/passwd'), uid)
  const group = nameIn(scene.body('/etc/group'), gid)
  return { ...copy, chown: `${user ?? uid}:${group ?? gid}` }
}

const nameIn = (table: Buffer | null, id: string): string | null =>
  table
    ?.toString('utf8')
    .split('\n')
    .map(line => line.split(':'))
    .find(fields => fields[2] === id)?.[0] ?? null

/** Libraries outside of the loader's own folders are found by its cache alone. */
export const needsLinkerCache = (scene: Scene, items: readonly Item[]): boolean =>
  scene.hazards.libcs.has('glibc') &&
  items.some(
    ({ path, type }) =>
      type === EntryType.file &&
      (/^\/usr\/local\/lib\/(?:[^/]*-linux-[^/]*\/)?[^/]+\.so(?:\.|$)/.test(path) ||
        path.startsWith('/etc/ld.so.conf.d/')),
  )
