import { EntryType } from '../../tree/entries.ts'
import type { Item } from '../scene.ts'
import { type Claimed, count, type StepResult, some } from './step.ts'

/** Every file that the plan calls the program is there: same content, same mode, same owner. */
export const proveProgramFiles = ({ original, result, program, isRebuilt = false }: Claimed): StepResult => {
  const user = original.config?.user ?? 'root'
  const isRoot = /^(?:root|0)(?::|$)/.test(user)
  const missing: string[] = []
  const changed: string[] = []
  const after: string[] = []
  let madeAnew = 0
  for (const item of program.items) {
    const there = result.at(item.path)
    if (!there || there.type !== item.type) {
      missing.push(item.path)
      continue
    }
    const isEqual = wasKept(item, there)
    if (there.link !== item.link || !(isEqual || (isRebuilt && isMadeAnew(item, there)))) {
      changed.push(item.path)
      continue
    }
    madeAnew += isEqual ? 0 : 1
    after.push(...attributes(item, there))
  }
  const items = new Set(program.items)
  for (const folder of original.own) {
    const there = folder.type === EntryType.directory ? result.at(folder.path) : null
    if (there?.type === EntryType.directory && !items.has(folder) && isOfProgram(folder))
      after.push(...attributes(folder, there, isRoot))
  }
  const powers = otherPowers(original, result, program)
  const wrong = [...missing, ...changed, ...powers]
  if (wrong.length === 0 && after.length === 0)
    return {
      step: 'program-files',
      passed: true,
      detail: `${count(program.items.length, 'file')} of the program: same content, mode and owner${exceptionOf(madeAnew)}`,
    }
  const detail =
    wrong.length > 0
      ? missing.length + changed.length > 0
        ? `${missing.length} missing and ${changed.length} changed: ${some(wrong)}`
        : `other capabilities: ${some(powers)}`
      : `owner or mode differ: ${some(after)}`
  return {
    step: 'program-files',
    passed: false,
    detail,
    remedy: { copies: wrong, ...(after.length <= MOST_COMMANDS ? { after: [...new Set(after)] } : {}) },
  }
}

const exceptionOf = (madeAnew: number): string =>
  madeAnew === 0
    ? ''
    : `, but for ${madeAnew} ${madeAnew === 1 ? 'that was' : 'that were'} compiled anew, of about the same size`

/**
 * Files that may do more than their user (`setcap cap_net_bind_service=+ep`), in the one image or the other: `chown` and
 * a package that is installed again take that away. Of packages' files only those that both images have count.
 */
const otherPowers = (
  original: Claimed['original'],
  result: Claimed['result'],
  program: Claimed['program'],
): readonly string[] => {
  if (original.capabilities.size + result.capabilities.size === 0) return []
  const paths = [
    ...original.capabilities.keys(),
    ...program.items.flatMap(({ path }) => (result.capabilities.has(path) ? [path] : [])),
  ]
  return [...new Set(paths)].filter(
    path =>
      result.at(path)?.type === EntryType.file &&
      original.capabilities.get(path) !== result.capabilities.get(path),
  )
}

const MOST_COMMANDS = 12

/** npm's own note of what it installed, which `npm prune` writes anew. */
const NOTES = /\/node_modules\/\.package-lock\.json$/
const REBUILT_BYTES = 0.02

const wasKept = (wanted: Item, there: Item): boolean => wanted.hash === there.hash || NOTES.test(wanted.path)

/** What is made anew may differ in the dates and temporary names that compilers write, and no more. */
const isMadeAnew = (wanted: Item, there: Item): boolean =>
  (/\.(?:pyc|so(?:\.[\d.]+)?|o|class|jar|node)$|\/RECORD$/.test(wanted.path) ||
    (wanted.mode & 0o111) !== 0) &&
  Math.abs(wanted.sizeBytes - there.sizeBytes) <= Math.max(64, wanted.sizeBytes * REBUILT_BYTES)

/** Folders of the system are their packages' affair. */
const isOfProgram = ({ path }: Item): boolean =>
  !/^\/(?:bin|boot|dev|etc|lib|lib64|proc|run|sbin|sys|usr(?!\/(?:local|src)\/.+)|var\/(?:cache|log|lib\/(?:dpkg|apt)))(?:\/|$)|^\/(?:root|home|srv|opt|media|mnt|tmp|var)$/.test(
    path,
  )

const attributes = (wanted: Item, there: Item, isRoot = false): string[] => {
  if (wanted.type === EntryType.symlink) return []
  const path = /^[\w./+@:-]+$/.test(wanted.path) ? wanted.path : `'${wanted.path.replaceAll("'", "'\\''")}'`
  return [
    ...(wanted.uid !== there.uid || wanted.gid !== there.gid
      ? [`chown ${wanted.uid}:${wanted.gid} ${path}`]
      : []),
    // root enters any folder: a mode that shuts out others matters to no one else
    ...(wanted.mode !== there.mode && !(isRoot && wanted.uid === 0 && there.mode === 0o755)
      ? [`chmod ${wanted.mode.toString(8)} ${path}`]
      : []),
  ]
}
