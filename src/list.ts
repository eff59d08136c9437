/**
 * Lists as docker/build-push-action reads them: one item a line with CSV quoting, so that a quoted item may hold
 * line ends and commas; some inputs are split at commas too.
 */
import { UserError } from './errors.ts'

/** @param where the option it was written for, for the message */
export const parseList = (
  text: string,
  { splitCommas, where }: { splitCommas: boolean; where: string },
): string[] => {
  const records = parseRecords(text, where)
  const items = records.flatMap(fields => (splitCommas ? fields : [fields.join(',')]))
  return items.map(item => item.trim()).filter(item => item !== '')
}

/** Quotes count at the start of a field only; elsewhere they are ordinary characters (csv-parse's relaxQuotes). */
const parseRecords = (text: string, where: string): string[][] => {
  const records: string[][] = []
  let fields: string[] = []
  let field = ''
  let start = true
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]!
    if (char === '"' && start) {
      const quoted = readQuoted(text, i, where)
      field += quoted.value
      i = quoted.end
      start = false
    } else if (char === ',') {
      fields.push(field)
      field = ''
      start = true
    } else if (char === '\n') {
      records.push([...fields, field.replace(/\r$/, '')])
      fields = []
      field = ''
      start = true
    } else {
      field += char
      start = start && (char === ' ' || char === '\t')
    }
  }
  return [...records, [...fields, field]]
}

const readQuoted = (text: string, at: number, where: string): { value: string; end: number } => {
  let value = ''
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] !== '"') value += text[i]
    else if (text[i + 1] === '"') {
      value += '"'
      i += 1
    } else return { value, end: i }
  }
  throw new UserError(`${where}: a quoted item does not end: a closing " is missing`)
}
