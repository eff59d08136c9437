/** What a `.dockerignore` keeps out of the image that no program in it reads. */
import type { Instruction } from '../../dockerfile/dockerfile.ts'
import { isOwnLeftover } from '../../report/finding.ts'
import type { Scene } from '../scene.ts'

/** Version-control data that a `COPY` of the whole context brought, by the names that are to be ignored. */
export const ignoredNames = (scene: Scene, instructions: readonly Instruction[]): readonly string[] => {
  if (instructions.some(({ keyword, text }) => keyword === 'RUN' && MAY_READ.test(text))) return []
  const found = new Set<string>()
  for (const finding of scene.report.findings) {
    if (finding.rule !== 'vcs-data' || !isOwnLeftover(finding)) continue
    const copy = instructions.find(each => each.line.start === finding.line?.start)
    if (!copy || !isWholeContext(copy)) continue
    for (const path of finding.paths) {
      const name = /\/(\.(?:git|hg|svn))(?:\/|$)/.exec(path)?.[1]
      if (name !== undefined) found.add(name)
    }
  }
  return [...found].sort()
}

/** What asks git for a version, as far as its words tell; Go writes the commit into its programs by itself. */
const MAY_READ = /\bgit\b|\bscm\b|\bvcs\b|\bgo (?:build|install)\b(?!.*-buildvcs=false)|\bmake\b/i

const isWholeContext = ({ keyword, flags, words, body }: Instruction): boolean =>
  (keyword === 'COPY' || keyword === 'ADD') &&
  !flags.some(flag => flag.startsWith('--from=')) &&
  (words ?? body.split(/\s+/)).slice(0, -1).some(source => /^\.?\/?\.?$/.test(source) && source !== '')

/** Lines are added at the end, and none that is there already. */
export const withIgnored = (text: string, names: readonly string[]): string => {
  const known = new Set(text.split('\n').map(line => line.trim().replace(/^\/|\/$/g, '')))
  const added = names.filter(name => !known.has(name))
  if (added.length === 0) return text
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  return `${text}${text === '' || text.endsWith('\n') ? '' : end}${added.join(end)}${end}`
}
