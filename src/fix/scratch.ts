/** When a program needs nothing beside itself: a static Go program that starts no other. */
import { EntryType } from '../tree/entries.ts'
import type { Evidence } from './evidence.ts'
import { programFiles } from './program.ts'
import type { Item, Scene } from './scene.ts'

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'
const ZONES = '/usr/share/zoneinfo'

/** Nothing but its own files is named or started, and no shell is asked for. */
export const leavesNoTool = (scene: Scene, evidence: Evidence): boolean => {
  const { config, hazards } = scene
  const health = config?.runtime?.healthcheck ?? null
  if (health !== null || config === null) return false
  const [first] = hazards.command
  if (first === undefined || /(?:^|\/)(?:sh|bash|ash|env)$/.test(first)) return false
  if (evidence.startsOthers) return false
  const own = new Set(scene.own.map(item => item.path))
  return [...evidence.named.keys()].every(
    path => own.has(path) || path === CERTIFICATES || path.startsWith(ZONES),
  )
}

/**
 * What a static program of Go is given beside itself: certificates, time zones, the names of users. Null where the
 * program is another one, or needs a folder that only a shell could make.
 */
export const scratchFiles = (scene: Scene): readonly string[] | null => {
  const { hazards } = scene
  const { items } = programFiles(scene, () => true)
  const programs = items.flatMap(item =>
    item.type === EntryType.file ? (hazards.programAt(item.path) ?? []) : [],
  )
  if (programs.length === 0) return null
  const areStatic = programs.every(
    ({ elf }) => elf?.examined === true && elf.isStatic && elf.isGo && elf.interpreter === null,
  )
  if (!areStatic || !isEmpty(scene, '/tmp')) return null
  return [
    ...(hazards.resolve(CERTIFICATES) === null ? [] : [CERTIFICATES]),
    ...(hazards.resolve(ZONES) === null ? [] : [ZONES]),
    '/etc/passwd',
    '/etc/group',
  ].filter(path => hazards.resolve(path) !== null)
}

const isEmpty = (scene: Scene, folder: string): boolean =>
  scene.at(folder)?.type === EntryType.directory &&
  !scene.own.some((item: Item) => item.path.startsWith(`${folder}/`))
