/** The `Field: value` blocks that Debian's tools write (deb822(5)). */

/**
 * The wanted fields of every block, in order. A block ends at an empty line; a line that starts with a blank continues
 * the field above it; what is no field is skipped, so a damaged block loses only its damaged lines.
 */
export const readStanzas = (text: string, wanted: ReadonlySet<string>): Map<string, string>[] => {
  const stanzas: Map<string, string>[] = []
  let stanza = new Map<string, string>()
  let field: string | null = null
  for (let start = 0; start <= text.length; ) {
    let end = text.indexOf('\n', start)
    if (end === -1) end = text.length
    const first = text.charCodeAt(start)
    if (end === start) {
      if (stanza.size > 0) stanzas.push(stanza)
      stanza = new Map()
      field = null
    } else if (first === 0x20 || first === 0x09) {
      if (field !== null) stanza.set(field, `${stanza.get(field)} ${text.slice(start, end).trim()}`)
    } else {
      const colon = text.indexOf(':', start)
      const name = colon !== -1 && colon < end ? text.slice(start, colon) : ''
      field = wanted.has(name) ? name : null
      if (field !== null) stanza.set(field, text.slice(colon + 1, end).trim())
    }
    start = end + 1
  }
  if (stanza.size > 0) stanzas.push(stanza)
  return stanzas
}
