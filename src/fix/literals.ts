/** Names in a program's text: the commands, libraries and paths that it spells out. */
import { lastPart } from '../path-parts.ts'

export interface Literals {
  readonly commands: ReadonlySet<string>
  /** `libmagic.so.1`, or `magic` of `find_library`. */
  readonly libraries: ReadonlySet<string>
  /** Absolute. */
  readonly paths: ReadonlySet<string>
  /** It loads a library whose name is not spelled out where it is loaded. */
  readonly loadsUnnamed: boolean
}

/** Calls that start another program, in the languages that images run. */
const STARTS =
  /\bsubprocess\b|\bos\.(?:system|popen|exec\w*|spawn\w*|posix_spawn\w*)\b|\bcreate_subprocess\w*|\bpty\.spawn\b|\bchild_process\b|\bexeca\b|\bspawn(?:Sync)?\b|\bexec(?:File)?(?:Sync)?\s*\(|\bexec\.Command|\bexec\.LookPath|\bCommand::new\b|\bProcessBuilder\b|\bgetRuntime\(\)\.exec\b|\bshell_exec\b|\bproc_open\b|\bpassthru\b|\bpopen\b|\bsystem\s*\(|\bexec[lv]p?e?\s*\(|\bOpen3\b|\bshutil\.which\b|\bposix_spawnp?\b|\bsyscall\.Exec\b/

/** Commands whose names are no ordinary words: a text that starts programs and spells one means it. */
const UNMISTAKABLE =
  /^(?:gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?|tcc|gfortran|make|cmake|ninja|javac|rustc|cargo|go|mvn|gradle|git|hg|svn|curl|wget|ssh|scp|sftp|rsync|ffmpeg|ffprobe|convert|identify|mogrify|magick|psql|pg_dump|pg_isready|mysql|mysqldump|redis-cli|sqlite3|gpg|gpg2|unzip|zip|openssl|xz|bzip2|dot|pdftotext|pdftoppm|wkhtmltopdf|tesseract|soffice|gs|jq|nginx|supervisord|node|npm|npx|java|perl|ruby|php|python3?|bash|pip3?|tini|gosu|su-exec|sudo|procps|ps|pgrep|pkill|netstat|ss|dig|nslookup|iptables|ip|lsof|strace|xsltproc|pandoc|inkscape|rsvg-convert|exiftool|mediainfo|sox|lame|7z|aws|kubectl|helm|terraform|docker)$/

const LIBRARY = /(?:^|[^\w.+-])(lib[A-Za-z0-9_+-]+[\w.+-]*?\.so(?:\.[0-9]+)*)(?![\w.])/g
const LOADS =
  /(?:\bCDLL|\bPyDLL|\bLoadLibrary|\bfind_library|\bdlopen|\bloadLibrary|System\.load|ffi\.Library|Library::new|\bplugin\.Open)\s*\(\s*([^\n]{0,120})/g
const LITERAL = /"((?:\\.|[^"\\\n]){1,300})"|'((?:\\.|[^'\\\n]){1,300})'|`((?:\\.|[^`\\]){1,300})`/g
const PATH = /(?:^|[\s"'`=:(,[\0>])(\/(?:[\w.@+-]+\/)*[\w.@+-]+)/g
const NEAR_CHARACTERS = 80

export const literalsIn = (path: string, text: string): Literals => {
  const isShell = /\.(?:sh|bash)$/.test(path) || /^#!.*\b(?:ba|da|a|k|z)?sh\b/.test(text.slice(0, 200))
  const commands = new Set<string>(isShell ? shellCommands(text) : startedIn(text))
  const libraries = new Set([...text.matchAll(LIBRARY)].map(match => match[1]!))
  let loadsUnnamed = false
  for (const [, argument = ''] of text.matchAll(LOADS)) {
    const name = /^[^"'`]{0,40}["'`]([^"'`]+)["'`]/.exec(argument)?.[1]
    if (name !== undefined && /^[\w./+-]+$/.test(name)) libraries.add(name)
    else if (!/^(?:None|NULL|nullptr|0|\))/.test(argument.trim())) loadsUnnamed = true
  }
  const paths = new Set([...text.matchAll(PATH)].map(match => match[1]!))
  return { commands, libraries, paths, loadsUnnamed }
}

/** String literals that begin with a command, in a text that starts programs. */
const startedIn = (text: string): string[] => {
  if (!STARTS.test(text)) return []
  return [...text.matchAll(LITERAL)].flatMap(match => {
    const [word = ''] = (match[1] ?? match[2] ?? match[3] ?? '').trim().split(/\s+/)
    if (!/^[\w./+-]+$/.test(word)) return []
    const name = lastPart(word)
    const before = text.slice(Math.max(0, match.index - NEAR_CHARACTERS), match.index)
    if (!UNMISTAKABLE.test(name) && !STARTS.test(before)) return []
    const inside = shellCommands(match[1] ?? match[2] ?? match[3] ?? '')
    return [word, ...(STARTS.test(before) ? inside : [])]
  })
}

/** Commands that run what follows them. */
const PREFIXES = new Set([
  'exec',
  'env',
  'time',
  'nohup',
  'sudo',
  'command',
  'xargs',
  'nice',
  'eval',
  'then',
  'do',
  'else',
  '!',
])

/** Words that stand where a command stands. */
export const shellCommands = (script: string): string[] => {
  const names = new Set<string>()
  for (const line of script.replace(/\\\r?\n/g, ' ').split('\n')) {
    if (/^\s*#/.test(line)) continue
    for (const part of line.split(/&&|\|\||[;&|(){}`]|\b(?:if|elif|while|until|then|do|else)\s/)) {
      for (const word of part.trim().split(/\s+/)) {
        if (word === '' || /^[A-Za-z_]\w*\+?=/.test(word)) continue
        const name = word.replace(/^["']|["']$/g, '')
        if (/^[\w./+-]+$/.test(name)) names.add(name)
        if (!PREFIXES.has(name)) break
      }
    }
  }
  return [...names]
}
