/** Reads the import lines of sources and holds them to a table of what each part may use. */

export interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

export interface Part {
  /** Files and folders of src that it may take values from; its own folder always. */
  readonly from: readonly string[]
  /** The same for types alone. */
  readonly types?: readonly string[]
  /** Packages and `node:` modules; `node:*` is all of the latter. */
  readonly modules?: readonly string[]
  readonly typeModules?: readonly string[]
  /** No files, network, clock or environment: not by a global name either. */
  readonly pure?: true
}

const IMPORT = /^[ \t]*(?:import|export)\b([^'";]*?)\bfrom\s*['"]([^'"]+)['"]/gm
const BARE_OR_DYNAMIC = /^[ \t]*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
const WORLD =
  /\bprocess\.\w+|\bfetch\(|\bDate\.now\b|\bnew Date\(\)|\bperformance\.\w+|\bMath\.random\b|\bconsole\.\w+|\bset(?:Timeout|Interval|Immediate)\(|\brandom(?:UUID|Bytes|Int|FillSync)\b|\bglobalThis\b/g

/** Without comments that begin a line: a glob in a string may look like the beginning of another. */
export const withoutComments = (source: string): string =>
  source.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, '').replace(/(^|\s)\/\/ .*$/gm, '$1')

export const importsOf = (source: string): Import[] => {
  const code = withoutComments(source)
  const named = [...code.matchAll(IMPORT)].map(([, clause, specifier]) => ({
    specifier: specifier!,
    typeOnly: clause!.trimStart().startsWith('type '),
  }))
  const others = [...code.matchAll(BARE_OR_DYNAMIC)].map(match => ({
    specifier: match[1] ?? match[2]!,
    typeOnly: false,
  }))
  return [...named, ...others]
}

/** `tree/stack.ts` and `../errors.ts` to `errors.ts`. */
const target = (file: string, specifier: string): string =>
  new URL(specifier, `file:///${file}`).pathname.slice(1)

const isWithin = (path: string, places: readonly string[]): boolean =>
  places.some(place => place === path || path.startsWith(`${place}/`))

const isListed = (specifier: string, modules: readonly string[]): boolean =>
  modules.includes(specifier) || (specifier.startsWith('node:') && modules.includes('node:*'))

/** The most exact entry of the table for a file: the file itself, else the folder that holds it. */
export const partOf = (file: string, table: Readonly<Record<string, Part>>): Part | null =>
  table[file] ?? table[file.slice(0, Math.max(0, file.indexOf('/')))] ?? null

/**
 * @param file path below src
 * @param common what every part may import
 * @returns one sentence for each thing that the part may not do; none for a file that no part holds
 */
export const breaches = (
  file: string,
  source: string,
  table: Readonly<Record<string, Part>>,
  common: readonly string[],
): string[] => {
  const part = partOf(file, table)
  if (!part) return []
  const own = file.includes('/') ? [file.slice(0, file.indexOf('/'))] : []
  const values = [...own, ...common, ...part.from]
  const refused = importsOf(source).filter(({ specifier, typeOnly }) =>
    specifier.startsWith('.')
      ? !isWithin(target(file, specifier), typeOnly ? [...values, ...(part.types ?? [])] : values)
      : !isListed(specifier, [...(part.modules ?? []), ...((typeOnly && part.typeModules) || [])]),
  )
  const world = part.pure ? [...withoutComments(source).matchAll(WORLD)].map(match => match[0]) : []
  return [
    ...refused.map(({ specifier }) => `${file} may not import ${specifier}`),
    ...world.map(name => `${file} may not use ${name}`),
  ]
}
