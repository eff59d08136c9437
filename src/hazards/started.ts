/** What the image's command starts: the file, the interpreter of a script, and so on. */
import { lastPart } from '../path-parts.ts'
import type { HazardImage, ProgramFile } from './hazard.ts'

/** Programs that run what follows their options. */
const WRAPPERS = new Set(['tini', 'tini-static', 'dumb-init', 'catatonit'])

/** The words that a command starts with, one for each program that is sure to be started by name. */
export const startedWords = ({ command }: HazardImage): readonly string[] => {
  const [first, ...rest] = command
  if (first === undefined) return []
  if (!WRAPPERS.has(lastPart(first))) return [first]
  const next = rest[0] === '--' ? rest[1] : rest[0]
  return next === undefined || next.startsWith('-') ? [first] : [first, next]
}

/** Where a word of the command leads, as execvp(3) looks for it in a container; null where there is nothing. */
export const findCommand = (image: HazardImage, word: string): string | null => {
  if (word.startsWith('/')) return image.resolve(word)
  if (word.includes('/')) return image.resolve(`${image.workingDirectory}/${word}`)
  for (const folder of image.searchPath) {
    const found = image.resolve(`${folder}/${word}`)
    if (found !== null && image.isFile(found) && image.isExecutable(found)) return found
  }
  return null
}

/** The program that a script's first line names: what `env` would find, or null where nothing can be said. */
export const envWord = (script: NonNullable<ProgramFile['script']>): string | null => {
  if (!/\/env$/.test(script.interpreter)) return null
  const words = (script.argument ?? '').replace(/^-S\s*/, '').split(/\s+/)
  const word = words.find(each => !each.includes('='))
  return word === undefined || word === '' || word.startsWith('-') ? null : word
}

const CHAIN_LIMIT = 8

/** The files that the command starts, one after another: a script, its interpreter … */
export const startedPrograms = (image: HazardImage): readonly ProgramFile[] => {
  const chain = new Set<ProgramFile>()
  const follow = (path: string | null): void => {
    const file = path === null ? null : image.programAt(path)
    if (!file || chain.has(file) || chain.size >= CHAIN_LIMIT) return
    chain.add(file)
    if (!file.script) return
    follow(image.resolve(file.script.interpreter))
    const word = envWord(file.script)
    if (word !== null) follow(findCommand(image, word))
  }
  for (const word of startedWords(image)) follow(findCommand(image, word))
  return [...chain]
}

/** The folders of PATH as they really are. */
export const searchFolders = (image: HazardImage): ReadonlySet<string> =>
  new Set(image.searchPath.flatMap(folder => image.resolve(folder) ?? []))

/** Of a virtual environment as a whole moved-virtualenv tells what is wrong. */
export const isInVirtualEnvironment = (image: HazardImage, path: string): boolean =>
  image.resolve(`${folderOf(folderOf(path))}/pyvenv.cfg`) !== null

/** A link that leads nowhere. */
export const isDangling = (image: HazardImage, path: string): boolean =>
  image.resolve(path) === null && image.layerOf(path) !== null

export const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')))
