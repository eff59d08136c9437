/** What a Dockerfile copies from the build context. */
import type { Dockerfile, Instruction } from './dockerfile.ts'
import { heredocWord } from './heredocs.ts'
import { unquote } from './words.ts'

const REMOTE = /^(?:https?|ftp|git|ssh):\/\/|^git@/i

/**
 * The local sources of `COPY` and `ADD`, as written (variables and patterns too), without `./` in front, each once, in
 * order. Not what comes from a stage or an image (`--from`), a URL or a heredoc.
 * @param instructions those of the stages that are built; all of the file by default
 */
export const copySources = (
  dockerfile: Dockerfile,
  instructions: readonly Instruction[] = dockerfile.instructions,
): readonly string[] => [
  ...new Set(instructions.flatMap(instruction => sourcesOf(instruction, dockerfile.escapeChar))),
]

const sourcesOf = (instruction: Instruction, escapeChar: string): readonly string[] => {
  const { keyword, flags, words, body } = instruction
  if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.some(flag => flag.startsWith('--from='))) return []
  const list = words ?? body.split(/\s+/)
  return list
    .slice(0, -1)
    .filter(source => !REMOTE.test(source) && !heredocWord(source))
    .map(source => (words ? source : unquote(source, escapeChar)))
    .map(source => source.replace(/^(?:\.\/+|\/+)+(?=.)/, ''))
}
