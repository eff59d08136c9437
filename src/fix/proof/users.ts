import type { Scene } from '../scene.ts'
import { type Claimed, type StepResult, some } from './step.ts'

/** A user's name, number and group. */
type Users = ReadonlyMap<string, string>

const FILES = ['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow']

/** The user that the image runs as, and those whose files the program has, have the same names and numbers. */
export const proveUsers = ({ original, result, program }: Claimed): StepResult | null => {
  const before = usersOf(original)
  const now = usersOf(result)
  const owners = new Set(program.items.flatMap(({ uid }) => (uid === 0 ? [] : [String(uid)])))
  const [name = 'root'] = (original.config?.user ?? 'root').split(':')
  const wanted = [...before].filter(
    ([user, ids]) => user === name || ids.split(':')[0] === name || owners.has(ids.split(':')[0]!),
  )
  if (wanted.every(([user]) => user === 'root')) return null
  const wrong = wanted.filter(([user, ids]) => now.get(user) !== ids).map(([user]) => user)
  return wrong.length === 0
    ? {
        step: 'users',
        passed: true,
        detail: `same name, number and group: ${some(wanted.map(([user]) => user))}`,
      }
    : {
        step: 'users',
        passed: false,
        detail: `not there, or with another number: ${some(wrong)}`,
        remedy: { copies: FILES.filter(path => original.at(path) !== null) },
      }
}

/** passwd(5): `name:password:uid:gid:…`. */
const usersOf = (scene: Scene): Users =>
  new Map(
    (scene.body('/etc/passwd')?.toString('utf8') ?? '').split('\n').flatMap((line): [string, string][] => {
      const [name, , uid, gid] = line.split(':')
      return name && uid !== undefined && gid !== undefined ? [[name, `${uid}:${gid}`]] : []
    }),
  )
