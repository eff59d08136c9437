/**
 * Rows of Markdown tables with more or fewer cells than the first row of their table. A pipe that is not escaped ends a
 * cell; readers differ in how they take two backslashes before it, so a row must be whole by both.
 */
export const brokenRows = (markdown: string): readonly string[] => {
  const broken: string[] = []
  let columns = 0
  for (const row of markdown.split('\n')) {
    if (!row.startsWith('|')) {
      columns = 0
      continue
    }
    const byAny = row.match(/(?<!\\)\|/g)?.length ?? 0
    const byPairs = row.match(/(?<!\\)(?:\\\\)*\|/g)?.length ?? 0
    if (columns === 0) columns = byAny
    if (byAny !== columns || byPairs !== columns) broken.push(row)
  }
  return broken
}
