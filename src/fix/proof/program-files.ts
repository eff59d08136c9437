import { EntryType } from '../../tree/entries.ts'
import type { Item } from '../scene.ts'
import { type Claimed, count, type StepResult, some } from './step.ts'

/** Every file that the plan calls the program is there: same content, same mode, same owner. */
export const proveProgramFiles = ({ original, result, program }: Claimed): StepResult => {
  const missing: string[] = []
  const changed: string[] = []
  const after: string[] = []
  for (const item of program.items) {
    const there = result.at(item.path)
    if (!there || there.type !== item.type) missing.push(item.path)
    else if (there.hash !== item.hash || there.link !== item.link) changed.push(item.path)
    else after.push(...attributes(item, there))
  }
  for (const folder of original.own) {
    const there = folder.type === EntryType.directory ? result.at(folder.path) : null
    if (there?.type === EntryType.directory && !program.items.includes(folder) && isOfProgram(folder))
      after.push(...attributes(folder, there))
  }
  const wrong = [...missing, ...changed]
  if (wrong.length === 0 && after.length === 0)
    return {
      step: 'program-files',
      passed: true,
      detail: `${count(program.items.length, 'file')} of the program: same content, mode and owner`,
    }
  const detail =
    wrong.length > 0
      ? `${missing.length} missing and ${changed.length} changed: ${some(wrong)}`
      : `owner or mode differ: ${some(after)}`
  return {
    step: 'program-files',
    passed: false,
    detail,
    remedy: { copies: wrong, ...(after.length <= MOST_COMMANDS ? { after: [...new Set(after)] } : {}) },
  }
}

const MOST_COMMANDS = 12

/** Folders of the system are their packages' affair. */
const isOfProgram = ({ path }: Item): boolean =>
  !/^\/(?:bin|boot|dev|etc|lib|lib64|proc|run|sbin|sys|usr(?!\/(?:local|src)\/.+)|var\/(?:cache|log|lib\/(?:dpkg|apt)))(?:\/|$)|^\/(?:root|home|srv|opt|media|mnt|tmp|var)$/.test(
    path,
  )

const attributes = (wanted: Item, there: Item): string[] => {
  if (wanted.type === EntryType.symlink) return []
  const path = /^[\w./+@:-]+$/.test(wanted.path) ? wanted.path : `'${wanted.path.replaceAll("'", "'\\''")}'`
  return [
    ...(wanted.uid !== there.uid || wanted.gid !== there.gid
      ? [`chown ${wanted.uid}:${wanted.gid} ${path}`]
      : []),
    ...(wanted.mode !== there.mode ? [`chmod ${wanted.mode.toString(8)} ${path}`] : []),
  ]
}
