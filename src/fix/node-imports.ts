/** Which packages of Node the program's own sources ask for, beginning with the files that the image starts. */
import { packageName, preloads } from '../rules/start-scripts.ts'
import { EntryType } from '../tree/entries.ts'
import { isLeftover, type Scene } from './scene.ts'
import { startPaths, startWords } from './start-words.ts'

export interface NodeImport {
  /** The package's folder, as Node finds it from the file that asks: `/app/node_modules/express`. */
  readonly path: string
  readonly name: string
  /** The file that asks, or the command. */
  readonly by: string
}

const SOURCE = /\.[cm]?[jt]s$/
const IMPORTS = [
  /\b(?:require|require\.resolve|import)\s*\(\s*["'`]([^"'`\n$]{1,300})["'`]\s*[,)]/g,
  /\b(?:import|export)\b(?!\s+type\b)[^"'`;]{0,2000}?\bfrom\s*["']([^"'\n]{1,300})["']/g,
  /\bimport\s*["']([^"'\n]{1,300})["']/g,
]
/** What only builds or tests, where nobody knows which file the image starts. */
const BUILDS =
  /\/(?:gulpfile|Gruntfile|[\w.-]+\.config|[\w.-]*[._-](?:test|spec))\.\w+$|\/(?:tests?|spec|__tests__|scripts|examples|docs)\//

/** Sorted by path; each package once. Packages that are not there as it is are left out. */
export const nodeImports = (scene: Scene): readonly NodeImport[] => {
  const found = new Map<string, NodeImport>()
  const note = (specifier: string, folder: string, by: string): void => {
    const name = packageName(specifier)
    const path = name === null ? null : packageFolder(scene, folder, name)
    if (path !== null && !found.has(path)) found.set(path, { path, name: name!, by })
  }
  const directory = scene.hazards.workingDirectory
  for (const name of [commandText(scene), ...calledTexts(scene)].flatMap(preloads))
    note(name, directory, 'the image’s command')
  const pending = [...startedSources(scene)]
  const seen = new Set(pending)
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const folder = folderOf(file)
    for (const specifier of specifiersIn(scene.body(file)?.toString('utf8') ?? '')) {
      note(specifier, folder, file)
      const next = /^\.{0,2}\//.test(specifier) ? sourceAt(scene, specifier, folder) : null
      if (next === null || seen.has(next)) continue
      seen.add(next)
      pending.push(next)
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

const specifiersIn = (text: string): readonly string[] => {
  const code = text.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')
  return IMPORTS.flatMap(pattern => [...code.matchAll(pattern)].map(match => match[1]!))
}

/** Node looks in every folder above the file. */
const packageFolder = ({ hazards }: Scene, from: string, name: string): string | null => {
  for (let folder = from; ; folder = folderOf(folder)) {
    const path = `${folder === '/' ? '' : folder}/node_modules/${name}`
    if (hazards.resolve(path) !== null) return path
    if (folder === '' || folder === '/') return null
  }
}

const commandText = ({ config }: Scene): string =>
  [
    ...(config?.entrypoint ?? []),
    ...(config?.cmd ?? []),
    ...(config?.env ?? []).filter(line => line.startsWith('NODE_OPTIONS=')).map(line => line.slice(13)),
  ].join(' ')

/** Those that words of the command lead to; where none does, all that may be the program. */
const startedSources = (scene: Scene): ReadonlySet<string> => {
  const words = [...startWords(scene), ...scriptWords(scene)]
  const started = words.flatMap(word => sourceAt(scene, word, scene.hazards.workingDirectory) ?? [])
  const all = (): readonly string[] => {
    const built = builtWith(scene)
    return scene.own.flatMap(({ path, type }) =>
      type === EntryType.file &&
      isOwnSource(scene, path) &&
      !BUILDS.test(path) &&
      !built.has(path) &&
      /\.[cm]?js$/.test(path)
        ? [path]
        : [],
    )
  }
  return new Set(started.length > 0 ? started : all())
}

const RUNS_NODE = /\bnode\s+((?:-\S+\s+)*)([\w./@-]+)/g
const RUNS_SCRIPT = /\b(?:npm|yarn|pnpm|bun)\s+(?:run\s+)?([\w:.-]+)/g

/** Sources that a `RUN` of the Dockerfile gave to Node, by itself or by a script of `package.json`. */
const builtWith = (scene: Scene): ReadonlySet<string> => {
  const folder = scene.hazards.workingDirectory
  const scripts = packageScripts(scene, folder) ?? {}
  const runs = scene.report.layers.flatMap(({ inherited, instruction }) =>
    inherited !== true && /^RUN\b/.test(instruction ?? '') ? [instruction!] : [],
  )
  const called = runs.flatMap(run => [...run.matchAll(RUNS_SCRIPT)].map(([, name]) => scripts[name!] ?? ''))
  return new Set(
    [...runs, ...called].flatMap(text =>
      [...text.matchAll(RUNS_NODE)].flatMap(([, flags = '', word = '']) =>
        /(?:^|\s)(?:-c|--check)\s/.test(flags) ? [] : (sourceAt(scene, word, folder) ?? []),
      ),
    ),
  )
}

/** The shell scripts that the image starts. */
const shellTexts = (scene: Scene): readonly string[] =>
  startPaths(scene)
    .map(path => scene.body(path)?.toString('utf8') ?? '')
    .filter(text => /^#!.*\b(?:ba|da|a|k|z)?sh\b/.test(text))

/** The shell scripts that the image starts, and the scripts of `package.json` that these or the command call. */
const calledTexts = (scene: Scene): readonly string[] => {
  const texts = shellTexts(scene)
  const scripts = packageScripts(scene, scene.hazards.workingDirectory) ?? {}
  const names = [commandText(scene), ...texts].flatMap(text =>
    [...text.matchAll(RUNS_SCRIPT)].map(([, name]) => name!),
  )
  return [...texts, ...names.flatMap(name => (Object.hasOwn(scripts, name) ? [scripts[name]!] : []))]
}

/** The words of shell scripts that the image starts, and of the scripts of `package.json`. */
const scriptWords = (scene: Scene): readonly string[] => {
  const texts = shellTexts(scene)
  const runsScripts = [commandText(scene), ...texts].some(text => /\b(?:npm|yarn|pnpm|bun)\b/.test(text))
  const scripts = runsScripts ? packageScripts(scene, scene.hazards.workingDirectory) : null
  return [...texts, ...Object.values(scripts ?? {})].flatMap(text => text.split(/[\s;&|()"'`=]+/))
}

const manifestAt = (scene: Scene, folder: string): Readonly<Record<string, unknown>> | null => {
  try {
    const body = scene.body(`${folder === '/' ? '' : folder}/package.json`)
    const parsed: unknown = JSON.parse(body?.toString('utf8') ?? 'null')
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** The scripts of a project's `package.json`; null where it cannot be read. */
export const packageScripts = (scene: Scene, folder: string): Readonly<Record<string, string>> | null => {
  const manifest = manifestAt(scene, folder)
  if (!manifest) return null
  const { scripts } = manifest
  if (typeof scripts !== 'object' || scripts === null) return {}
  return Object.fromEntries(
    Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts', '/index.js', '/index.mjs', '/index.cjs']

const isOwnSource = (scene: Scene, path: string): boolean =>
  SOURCE.test(path) &&
  !path.includes('/node_modules/') &&
  scene.body(path) !== null &&
  !isLeftover(scene, path)

/** The file that a word leads to, as Node looks for it: with an ending, or the main file of a folder. */
const sourceAt = (scene: Scene, word: string, folder: string): string | null => {
  const base = word.startsWith('/') ? word : `${folder === '/' ? '' : folder}/${word}`
  const main = manifestAt(scene, base.replace(/\/\.?$/, ''))?.main
  for (const ending of [...ENDINGS, ...(typeof main === 'string' ? [`/${main}`, `/${main}.js`] : [])]) {
    const path = scene.hazards.resolve(`${base}${ending}`)
    if (path !== null && isOwnSource(scene, path)) return path
  }
  return null
}
