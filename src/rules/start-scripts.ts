/** What an image starts: the words of its command, of the scripts that it names, and of `npm start`. */
import { lastPart } from '../path-parts.ts'
import { join } from './join.ts'
import { rememberWeakly } from './once.ts'
import type { RuleImage } from './rule.ts'

/** One program that the image runs, and who says so. */
export interface StartedProgram {
  /** The last part of the path: `npm`. */
  readonly name: string
  /** "The image's command", "`/entrypoint.sh`" or "The script `start` of `/app/package.json`". */
  readonly by: string
}

/** A text that says what is started, and what it is called in a sentence. */
interface StartText {
  readonly by: string
  readonly text: string
}

const COMMAND = "The image's command"

const wordsOf = (text: string): readonly string[] => text.split(/[\s;&|()"'`]+/).filter(word => word !== '')

const shellScripts = rememberWeakly((image: RuleImage): readonly StartText[] =>
  scriptsOf(image, wordsOf(image.command.join(' '))).map(({ path, text }) => ({ by: `\`${path}\``, text })),
)

const npmScripts = rememberWeakly((image: RuleImage): readonly StartText[] =>
  packageScripts(image, [image.command.join(' '), ...shellScripts(image).map(({ text }) => text)]),
)

/** Every program that the command names, directly or through a script whose text is known. */
export const startedPrograms = rememberWeakly((image: RuleImage): readonly StartedProgram[] => [
  ...wordsOf(image.command.join(' ')).map(word => ({ name: lastPart(word), by: COMMAND })),
  ...[...shellScripts(image), ...npmScripts(image)].flatMap(({ by, text }) =>
    commandsOf(text).map(name => ({ name, by })),
  ),
])

/** Everything that says what is started, as text: the command, and the scripts that it names. */
export const startTexts = (image: RuleImage): readonly string[] => [
  image.command.join(' '),
  ...shellScripts(image).map(({ text }) => text),
]

/** Packages of Node that are loaded before the program, or started by their place: `node -r ts-node/register`. */
export const startedNodePackages = rememberWeakly((image: RuleImage): readonly StartedProgram[] =>
  [
    { by: COMMAND, text: image.command.join(' ') },
    { by: '`NODE_OPTIONS`', text: image.env.get('NODE_OPTIONS') ?? '' },
    ...shellScripts(image),
    ...npmScripts(image),
  ].flatMap(({ by, text }) => [...preloads(text), ...placed(text)].map(name => ({ name, by }))),
)

const PRELOADS =
  /(?:^|[\s"'=])(?:-r|--require|--import|--loader|--experimental-loader)[\s=]+["']?([@\w./:-]+)/g

/** The packages that a text tells `node` to load before the program. */
export const preloads = (text: string): readonly string[] =>
  [...text.matchAll(PRELOADS)].flatMap(([, specifier]) => packageName(specifier!) ?? [])

/** `express` of `express/lib/x`, `@scope/x` of `@scope/x/y`; null for what is no package. */
export const packageName = (specifier: string): string | null =>
  /^(?!node:)(@[\w.~-]+\/[\w.~-]+|[a-zA-Z_][\w.~-]*)(?:\/|$)/.exec(specifier)?.[1] ?? null

/** `vite` of `node node_modules/vite/bin/vite.js`. */
const placed = (text: string): readonly string[] =>
  [...text.matchAll(/\bnode_modules\/((?:@[\w.~-]+\/)?[a-zA-Z_][\w.~-]*)\//g)].map(([, name]) => name!)

const SEARCH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

const scriptsOf = (image: RuleImage, words: readonly string[]): { path: string; text: string }[] => {
  const result = new Map<string, string>()
  for (const word of new Set(words)) {
    if (word.startsWith('-') || word.length > 256) continue
    const places = word.startsWith('/')
      ? [word]
      : [
          join(image.workingDirectory, word.replace(/^\.\//, '')),
          ...SEARCH.map(folder => `${folder}/${word}`),
        ]
    for (const place of places) {
      const body = image.bodies(place)[0]
      if (!body) continue
      if (/\.sh$|^#!.*sh\b/.test(place) || /^#!.*\b(ba|da|a|k|z)?sh\b/.test(firstLine(body)))
        result.set(place, body.toString('utf8'))
      break
    }
  }
  return [...result].map(([path, text]) => ({ path, text }))
}

const firstLine = (body: Buffer): string => body.toString('utf8', 0, 200).split('\n')[0]!

/** The words of a shell script that stand where a command stands. */
const commandsOf = (script: string): string[] => {
  const names = new Set<string>()
  for (const line of script.split('\n')) {
    if (/^\s*#/.test(line)) continue
    for (const part of line.split(/[;&|()`]|\$\(|\b(?:then|do|else|if|while|!)\s/))
      for (const name of namesIn(part.trim().split(/\s+/))) names.add(name)
  }
  return [...names]
}

/** The command among some words, and what runs it: `cross-env` and `tsx` of `cross-env A=1 tsx server.ts`. */
const namesIn = (words: readonly string[]): readonly string[] => {
  const names: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!.replace(/^["']|["']$/g, '')
    if (word === '' || /^[A-Za-z_]\w*=/.test(word)) continue
    const isOption = names.length > 0 && word.startsWith('-')
    // `command -v` asks where a program is, and does not run it
    if (isOption && /^-[vV]$/.test(word)) break
    if (isOption) continue
    const name = lastPart(word)
    names.push(name)
    if (!PREFIXES.has(name)) break
    const end = words.indexOf('--', at + 1)
    if (end !== -1) at = end
  }
  return names
}

/** Commands that run what follows them, or what follows `--`. */
const PREFIXES: ReadonlySet<string> = new Set([
  ...['exec', 'env', 'time', 'nohup', 'sudo', 'command', 'npx', 'tini'],
  ...['cross-env', 'dotenv', 'dotenvx'],
])

const NODE_SCRIPT = /\b(?:npm|pnpm|yarn|bun)\s+(?:(?:run|run-script|exec|-\S+)\s+)*([\w:.-]+)/g

const calledScripts = (text: string): string[] => [...text.matchAll(NODE_SCRIPT)].map(match => match[1]!)

/** The scripts of `package.json` that the command asks for, and that these ask for: `npm start`, `yarn serve`. */
const packageScripts = (image: RuleImage, texts: readonly string[]): StartText[] => {
  const path = join(image.workingDirectory, 'package.json')
  const body = image.bodies(path)[0]
  if (!body) return []
  const scripts = scriptTable(body)
  const names = new Set(texts.flatMap(calledScripts))
  const found = new Map<string, string>()
  for (const name of names)
    for (const script of [`pre${name}`, name]) {
      const text = scripts.get(script)
      if (text === undefined || found.has(script)) continue
      found.set(script, text)
      for (const called of calledScripts(text)) names.add(called)
    }
  return [...found].map(([script, text]) => ({ by: `The script \`${script}\` of \`${path}\``, text }))
}

const scriptTable = (body: Buffer): ReadonlyMap<string, string> => {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    const scripts = (parsed as { scripts?: unknown } | null)?.scripts
    if (typeof scripts !== 'object' || scripts === null) return new Map()
    return new Map(
      Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    return new Map()
  }
}
