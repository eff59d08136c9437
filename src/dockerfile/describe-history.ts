/** An image's history as readable instructions, without what builders add and without secrets. */

import { readCommand, readEntry } from './history-entry.ts'
import { maskInstruction } from './mask-values.ts'
import { collapse } from './read-instruction.ts'

export { maskInstruction } from './mask-values.ts'

/** `created_by` as one line of a Dockerfile; `(imported)` for the layer of an import, which has none. */
export const describeInstruction = (createdBy: string): string => {
  const entry = readEntry(createdBy)
  if (entry === null) return '(imported)'
  const { keyword, rest } = entry
  // Masked before the lines are joined: what a secret's end is may depend on the line's end.
  const masked = maskInstruction(`${keyword} ${keyword === 'RUN' ? runText(rest) : tidy(keyword, rest)}`)
  return collapse(masked)
}

const runText = (rest: string): string => {
  const command = readCommand(rest)
  return command.known ? command.text : '…'
}

/** Legacy `COPY file:<sha256> in /app` names no source; Go's `[a b]`, `map[80/tcp:{}]` and `["a" "b"]` become words. */
const tidy = (keyword: string, rest: string): string => {
  if (keyword === 'COPY' || keyword === 'ADD')
    return rest.replace(
      /(\S)?(?:file|dir|multi):[0-9a-f]{64} in /,
      (_, glued?: string) => `${glued ? `${glued} ` : ''}… `,
    )
  if (keyword === 'EXPOSE' || keyword === 'VOLUME')
    return rest.replace(/^(?:map)?\[([\s\S]*)\]$/, '$1').replace(/:\{\}/g, '')
  if (keyword === 'CMD' || keyword === 'ENTRYPOINT') return rest.replace(/" "/g, '", "')
  return rest
}
