/** A command that gives a whole folder to a user, as `COPY --chown` can do it. */
import { resolvePath } from '../../dockerfile/copied-path.ts'
import type { Instruction } from '../../dockerfile/dockerfile.ts'
import { commandsOf } from '../commands.ts'

/** Names and numbers as every `chown` and builder reads them alike, then one path without a pattern or a variable. */
const CHOWN = /^chown (?:-R|--recursive) ([A-Za-z0-9_][\w-]*)(?::([A-Za-z0-9_][\w-]*))? ([\w./+@-]+)$/

export interface Owner {
  /** As `COPY --chown` takes it. */
  readonly text: string
  /** Files must have root's group before: `chown user` leaves the group. */
  readonly keepsGroup: boolean
  readonly names: readonly string[]
}

/** A `chown -R` of one folder. */
export interface ChangeOfOwner {
  readonly run: Instruction
  readonly command: string
  readonly folder: string
  readonly owner: Owner
}

/** A builder gives `--chown=user` the user's own group, where `chown user` leaves it: so the group is always written. */
const ownerOf = (user: string, group: string | undefined): Owner => ({
  text: `${user}:${group ?? '0'}`,
  keepsGroup: group === undefined,
  names: [user, ...(group === undefined ? [] : [group])].filter(name => !/^\d+$|^root$/.test(name)),
})

/** @param workdir of the instruction; null where it is not known */
export const changesOfOwner = (run: Instruction, workdir: string | null): readonly ChangeOfOwner[] =>
  (run.flags.length === 0 ? (commandsOf(run) ?? []) : []).flatMap(command => {
    const [, user, group, path] = CHOWN.exec(command) ?? []
    const folder = path === undefined ? null : resolvePath(path, workdir)
    return user === undefined || folder === null || folder === '/'
      ? []
      : [{ run, command, folder, owner: ownerOf(user, group) }]
  })
