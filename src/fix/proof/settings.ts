import { isSystemPackage } from '../../packages/package.ts'
import { EntryType } from '../../tree/entries.ts'
import { STATE } from '../program.ts'
import type { Item, Scene } from '../scene.ts'
import { type Claimed, type StepResult, some } from './step.ts'

const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt'
const OWN_AUTHORITY = /^\/usr\/(?:local\/)?share\/ca-certificates\/.+\.crt$/

/**
 * What the author changed of the packages' own files is changed here, too: a configuration file that was edited, one
 * that was removed, an authority that was added. A package that is installed again brings its own form of them.
 */
export const proveSettings = ({ original, result }: Claimed): StepResult | null => {
  const copies = [...editedFiles(original, result), ...authorities(original, result)]
  const back = removedFiles(original, result)
  const step = 'settings'
  if (copies.length + back.length === 0) {
    const isInstalled = result.own.some(({ path }) => path.startsWith('/etc/'))
    return isInstalled
      ? { step, passed: true, detail: 'files of packages are as the author left them: changed, or removed' }
      : null
  }
  const detail = [
    ...(copies.length > 0 ? [`not as the author left them: ${some(copies)}`] : []),
    ...(back.length > 0 ? [`there again: ${some(back)}`] : []),
  ].join('; ')
  const after = back.length > 0 && back.length <= MOST_REMOVED ? [`rm -f ${back.join(' ')}`] : []
  return { step, passed: false, detail, remedy: { copies, after } }
}

const MOST_REMOVED = 12

const ownerOf = (scene: Scene, path: string): { name: string; version: string } | null => {
  const owner = scene.ownerOf(path)
  return owner && isSystemPackage(owner) ? { name: owner.name, version: owner.version } : null
}

/** Of packages that both have. Another version of a package may have other files, but not another configuration. */
const editedFiles = (original: Scene, result: Scene): readonly string[] =>
  original.own.flatMap(({ path, type, hash }: Item) => {
    if (type !== EntryType.file || STATE.test(path)) return []
    const before = ownerOf(original, path)
    const now = before && ownerOf(result, path)
    if (!before || !now) return []
    const there = result.at(path)
    if (there?.type !== EntryType.file || there.hash === hash) return []
    return before.version === now.version || path.startsWith('/etc/') ? [path] : []
  })

/** What the final stage's packages put into `/etc` and the author had removed. */
const removedFiles = (original: Scene, result: Scene): readonly string[] => {
  const had = new Set(original.packages.filter(isSystemPackage).map(({ name }) => name))
  return result.own.flatMap(({ path, type }) => {
    if (type === EntryType.directory || !/^\/etc\/[\w./+@-]+$/.test(path) || STATE.test(path)) return []
    if (original.at(path)) return []
    const end = result.hazards.resolve(path)
    const owner = end === null ? null : (ownerOf(result, path) ?? ownerOf(result, end))
    return owner && had.has(owner.name) ? [path] : []
  })
}

/** Authorities of the author's own are in one file with the usual ones, which no package brings. */
const authorities = (original: Scene, result: Scene): readonly string[] => {
  const isOwn = original.own.some(({ path }) => OWN_AUTHORITY.test(path) && !ownerOf(original, path))
  const before = isOwn ? original.at(AUTHORITIES) : null
  return before && result.at(AUTHORITIES)?.hash !== before.hash ? [AUTHORITIES] : []
}
