/** What a real GFM renderer makes of Markdown: Debian's `cmark-gfm`, with GitHub's extensions, as XML. */
import { execFileSync } from 'node:child_process'
import type { TestContext } from 'node:test'
import { needProgram } from './need.ts'

export interface Gfm {
  /** Nodes of each type, with their attributes and literal text. */
  readonly nodes: readonly GfmNode[]
  /** Cells of each table row. */
  readonly rows: readonly { readonly cells: number; readonly columns: number }[]
}

export interface GfmNode {
  readonly type: string
  readonly destination: string | null
  readonly text: string
}

const EXTENSIONS = ['table', 'autolink', 'strikethrough', 'tasklist']

/** Null after the test was skipped, where the program is not installed. */
export const readGfm = (t: TestContext, markdown: string): Gfm | null => {
  const program = needProgram(t, 'cmark-gfm')
  if (program === null) return null
  const options = [...EXTENSIONS.flatMap(name => ['-e', name]), '--unsafe', '-t', 'xml']
  const xml = execFileSync(program, options, { input: markdown, encoding: 'utf8', maxBuffer: 1 << 28 })
  return { nodes: nodesOf(xml), rows: rowsOf(xml) }
}

const nodesOf = (xml: string): readonly GfmNode[] =>
  [...xml.matchAll(/<(\w+)((?:\s+[\w:]+="[^"]*")*)\s*(?:\/>|>([^<]*))/g)].map(
    ([, type, attributes, text]) => ({
      type: type!,
      destination: decode(/destination="([^"]*)"/.exec(attributes!)?.[1] ?? null),
      text: decode(text ?? '')!,
    }),
  )

const rowsOf = (xml: string): Gfm['rows'] =>
  [...xml.matchAll(/<table>[\s\S]*?<\/table>|<table\s[\s\S]*?<\/table>/g)].flatMap(([table]) => {
    const rows = [...table.matchAll(/<table_(?:header|row)>[\s\S]*?<\/table_(?:header|row)>/g)]
    const counts = rows.map(([row]) => row.match(/<table_cell/g)?.length ?? 0)
    return counts.map(cells => ({ cells, columns: counts[0]! }))
  })

const decode = (text: string | null): string | null =>
  text === null
    ? null
    : text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
