/** Which modules of the Java platform a program asks for, by the names in its classes. */
import { classStrings } from './class-strings.ts'
import { modulesNamedBy } from './modules.ts'
import { type Allowance, readZip } from './read-zip.ts'

export interface JavaNeeds {
  /** Each with the file that asks for it. */
  readonly modules: ReadonlyMap<string, string>
  /** A file of classes that could not be read, or null. */
  readonly unread: string | null
}

const ALLOWANCE_BYTES = 1e9
const DEEPEST = 2

/** True for what holds classes: `.class`, `.jar`, `.war`, `.ear`. */
export const isOfJava = (path: string): boolean => /\.(?:class|[jwe]ar)$/i.test(path)

/** @param files by path: what `isOfJava` names */
export const javaNeeds = (files: ReadonlyMap<string, Buffer>): JavaNeeds => {
  const modules = new Map<string, string>()
  const allowance: Allowance = { bytes: ALLOWANCE_BYTES }
  let unread: string | null = null
  const visit = (path: string, name: string, content: Buffer, depth: number): void => {
    if (/\.class$/i.test(name)) {
      for (const text of classStrings(content) ?? [])
        for (const module of modulesNamedBy(text)) if (!modules.has(module)) modules.set(module, path)
      return
    }
    const members = depth > DEEPEST ? null : readZip(content, isOfJava, allowance)
    if (members) for (const member of members) visit(path, member.name, member.content, depth + 1)
    else unread ??= path
  }
  for (const [path, content] of files) visit(path, path, content, 0)
  return { modules, unread }
}
