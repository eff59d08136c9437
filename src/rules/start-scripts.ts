/** What an image starts: the words of its command, of the scripts that it names, and of `npm start`. */
import { lastPart } from '../path-parts.ts'
import type { RuleImage } from './rule.ts'

/** One program that the image runs, and who says so. */
export interface StartedProgram {
  /** The last part of the path: `npm`. */
  readonly name: string
  /** "The image's command", "`/entrypoint.sh`" or "The script `start` of `/app/package.json`". */
  readonly by: string
}

const known = new WeakMap<RuleImage, readonly StartedProgram[]>()

/** Every program that the command names, directly or through a script whose text is known. */
export const startedPrograms = (image: RuleImage): readonly StartedProgram[] => {
  const before = known.get(image)
  if (before) return before
  const direct = image.command.flatMap(text => text.split(/[\s;&|()"'`]+/)).filter(word => word !== '')
  const found: StartedProgram[] = direct.map(word => ({ name: lastPart(word), by: "The image's command" }))
  const scripts = scriptsOf(image, direct)
  for (const { path, text } of scripts)
    for (const name of commandsOf(text)) found.push({ name, by: `\`${path}\`` })
  found.push(...packageScripts(image, [...image.command, ...scripts.map(script => script.text)]))
  known.set(image, found)
  return found
}

/** Everything that says what is started, as text: the command, the scripts that it names, the script of `npm start`. */
export const startTexts = (image: RuleImage): readonly string[] => {
  const command = image.command.join(' ')
  const words = command.split(/[\s;&|()"'`]+/).filter(word => word !== '')
  return [command, ...scriptsOf(image, words).map(script => script.text)]
}

const join = (directory: string, rest: string): string => `${directory === '/' ? '' : directory}/${rest}`

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
    for (const part of line.split(/[;&|()`]|\$\(|\b(?:then|do|else|if|while|!)\s/)) {
      for (const word of part.trim().split(/\s+/)) {
        if (word === '' || /^[A-Za-z_]\w*=/.test(word)) continue
        names.add(lastPart(word.replace(/^["']|["']$/g, '')))
        if (!PREFIXES.has(word)) break
      }
    }
  }
  return [...names]
}

/** Commands that run what follows them. */
const PREFIXES = new Set(['exec', 'env', 'time', 'nohup', 'sudo', 'command', 'npx', 'tini', '--'])

const NODE_SCRIPT = /\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+|run-script\s+|exec\s+)?([\w:.-]+)/g

/** What the scripts of `package.json` run that the command asks for: `npm start`, `yarn serve`. */
const packageScripts = (image: RuleImage, texts: readonly string[]): StartedProgram[] => {
  const path = join(image.workingDirectory, 'package.json')
  const body = image.bodies(path)[0]
  if (!body) return []
  const scripts = scriptTable(body)
  const all = [image.command.join(' '), ...texts].join('\n')
  const names = new Set([...all.matchAll(NODE_SCRIPT)].map(match => match[1]!))
  return [...names].flatMap(name =>
    [`pre${name}`, name].flatMap(script =>
      commandsOf(scripts.get(script) ?? '').map(program => ({
        name: program,
        by: `The script \`${script}\` of \`${path}\``,
      })),
    ),
  )
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
