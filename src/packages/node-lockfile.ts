/** What installers of Node packages leave in `node_modules` about what they installed (measured: npm 11, yarn 1, pnpm 9). */

/** One entry of npm's hidden lockfile: a package's folder. */
export interface NodeModule {
  /** Absolute. */
  readonly path: string
  /** From the path, which is how programs load it: `express`, `@scope/x`. */
  readonly name: string
  readonly version: string
  /** Only development dependencies need it. */
  readonly dev: boolean
  readonly optional: boolean
  /** Only development or optional dependencies need it. */
  readonly devOptional: boolean
  /** Names that it needs. */
  readonly depends: readonly string[]
  /** Commands that it puts into `.bin`. */
  readonly commands: readonly string[]
}

/** One `node_modules` and who filled it. */
export interface NodeTree {
  /** The folder itself, absolute: `/app/node_modules`. */
  readonly path: string
  readonly installer: 'npm' | 'yarn' | 'pnpm'
  /** Only npm says what is where; sorted by path. */
  readonly modules: readonly NodeModule[]
  /** Whether development dependencies were installed too; null when the file does not say. */
  readonly withDev: boolean | null
}

const NODE_MODULES = '/node_modules'
const FILES = ['.package-lock.json', '.yarn-integrity', '.modules.yaml'] as const
const ENDINGS = FILES.map(name => `${NODE_MODULES}/${name}`)
const LIMIT_BYTES = 16e6

/** True for the files of a layer that `readNodeTrees` reads. */
export const keepForNode = (path: string, sizeBytes: number): boolean =>
  sizeBytes <= LIMIT_BYTES && ENDINGS.some(ending => path.endsWith(ending))

/** Every `node_modules` that says how it was filled, in the order of `bodies`. Never throws; a damaged file is skipped. */
export const readNodeTrees = (bodies: ReadonlyMap<string, Buffer>): NodeTree[] =>
  [...bodies].flatMap(([file, body]) => {
    const path = file.slice(0, file.lastIndexOf('/'))
    if (!path.endsWith(NODE_MODULES)) return []
    const [npm, yarn, pnpm] = FILES.map(name => file === `${path}/${name}`)
    const tree = npm ? readNpm(path, body) : yarn ? readYarn(path, body) : pnpm ? readPnpm(path, body) : null
    return tree ? [tree] : []
  })

type Json = Readonly<Record<string, unknown>>

const asObject = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null

const parse = (body: Buffer): Json | null => {
  try {
    return asObject(JSON.parse(body.toString('utf8')))
  } catch {
    return null
  }
}

const readNpm = (path: string, body: Buffer): NodeTree | null => {
  const packages = asObject(parse(body)?.packages)
  if (!packages) return null
  const root = path.slice(0, -NODE_MODULES.length)
  const modules = Object.entries(packages).flatMap(([key, value]) => readModule(root, key, asObject(value)))
  modules.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  return { path, installer: 'npm', modules, withDev: modules.some(each => each.dev) }
}

/** Keys are paths below the project; a workspace's own folder is no installed package, and a link to it has no files. */
const readModule = (root: string, key: string, entry: Json | null): NodeModule[] => {
  const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(key)?.[1]
  if (!entry || entry.link === true || name === undefined || key.startsWith('/')) return []
  if (key.split('/').some(part => part === '' || part === '.' || part === '..')) return []
  const depends = { ...asObject(entry.dependencies), ...asObject(entry.optionalDependencies) }
  return [
    {
      path: `${root}/${key}`,
      name,
      version: typeof entry.version === 'string' ? entry.version : '',
      dev: entry.dev === true,
      optional: entry.optional === true,
      devOptional: entry.devOptional === true,
      depends: Object.keys(depends),
      commands: typeof entry.bin === 'string' ? [name] : Object.keys(asObject(entry.bin) ?? {}),
    },
  ]
}

const readYarn = (path: string, body: Buffer): NodeTree | null => {
  const flags = parse(body)?.flags
  if (!Array.isArray(flags)) return null
  return { path, installer: 'yarn', modules: [], withDev: !flags.includes('production') }
}

/** YAML, or since pnpm 10 its subset JSON: `included:` with `devDependencies: true` below it. */
const readPnpm = (path: string, body: Buffer): NodeTree => {
  const included =
    /"?included"?:\s*\{?\s*((?:"?\w+"?:\s*(?:true|false),?\s*)*)/.exec(body.toString('utf8'))?.[1] ?? ''
  const dev = /"?\bdevDependencies"?:\s*(true|false)/.exec(included)?.[1]
  return { path, installer: 'pnpm', modules: [], withDev: dev === undefined ? null : dev === 'true' }
}
