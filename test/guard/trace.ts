/** What a process and all that it started did to files and networks, from strace's record of their system calls. */

export interface Doings {
  /** Paths that were written to, made, renamed or taken away, with the call. */
  readonly writes: readonly { readonly path: string; readonly call: string; readonly program: string }[]
  /** `unix:PATH` or `ADDRESS:PORT`. */
  readonly connections: readonly { readonly to: string; readonly program: string }[]
  /** Programs that were started, with their arguments. */
  readonly programs: readonly (readonly string[])[]
}

/** What strace is told: `-y` names the folder of each descriptor, `-s` shows paths whole. */
export const STRACE = [
  'strace',
  '-f',
  '-qq',
  '-y',
  '-s',
  '4096',
  '-e',
  'trace=openat,open,creat,mkdir,mkdirat,rmdir,unlink,unlinkat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,chmod,fchmodat,chown,lchown,fchownat,truncate,utimensat,mknod,mknodat,mount,connect,sendto,sendmsg,bind,execve,chdir,fchdir,clone,clone3,fork,vfork',
] as const

const WRITES = /\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/
const CALLS_OF_PATHS =
  /^(?:creat|mkdir|mkdirat|rmdir|unlink|unlinkat|rename|renameat|renameat2|link|linkat|symlink|symlinkat|chmod|fchmodat|chown|lchown|fchownat|truncate|utimensat|mknod|mknodat|mount)$/

interface Process {
  folder: string
  program: string
}

/** @param cwd where the first process began */
export const readTrace = (record: string, cwd: string): Doings => {
  const writes: Doings['writes'][number][] = []
  const connections: Doings['connections'][number][] = []
  const programs: (readonly string[])[] = []
  const processes = new Map<string, Process>()
  const unfinished = new Map<string, string>()
  for (const line of record.split('\n')) {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const own = processes.get(pid) ?? { folder: cwd, program: '' }
    processes.set(pid, own)
    const whole = joined(unfinished, pid, rest)
    if (whole === null) continue
    const [, call = '', inner = '', result = ''] = /^(\w+)\((.*)\) += (.*)$/s.exec(whole) ?? []
    if (call === '') continue
    const failed = result.startsWith('-1')
    if (/^(?:clone|clone3|fork|vfork)$/.test(call) && !failed) {
      const child = /^\d+/.exec(result)?.[0]
      if (child)
        processes.set(child, {
          ...own,
          ...(processes.get(child)?.program ? { program: processes.get(child)!.program } : {}),
        })
    } else if (call === 'chdir' && !failed) own.folder = absolute(strings(inner)[0] ?? '', own.folder)
    else if (call === 'fchdir' && !failed) own.folder = /<([^>]*)>/.exec(inner)?.[1] ?? own.folder
    else if (call === 'execve' && !failed) {
      const args = strings(inner.replace(/, 0x[0-9a-f]+ .*$/, ''))
      programs.push(args)
      own.program = args[0] ?? ''
    } else if ((call === 'openat' || call === 'open') && WRITES.test(inner) && !failed) {
      // the descriptor's own path is the one that was opened, links followed
      const path = /<([^>]*)>/.exec(result)?.[1] ?? pathsOf(inner, own.folder)[0] ?? ''
      writes.push({ path, call, program: own.program })
    } else if (CALLS_OF_PATHS.test(call) && !failed) {
      // the text of a symbolic link is no path that is written
      const paths = call.startsWith('symlink')
        ? pathsOf(inner, own.folder).slice(-1)
        : pathsOf(inner, own.folder)
      for (const path of paths) writes.push({ path, call, program: own.program })
    } else if (/^(?:connect|sendto|sendmsg|bind)$/.test(call)) {
      const to = addressOf(inner)
      if (to !== null) connections.push({ to: call === 'bind' ? `bind ${to}` : to, program: own.program })
    }
  }
  return { writes, connections, programs }
}

/** A call that another process interrupted comes in two lines. */
const joined = (unfinished: Map<string, string>, pid: string, text: string): string | null => {
  const begun = /^(.*?) *<unfinished \.\.\.>$/s.exec(text)?.[1]
  if (begun !== undefined) {
    unfinished.set(pid, begun)
    return null
  }
  const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(text)?.[1]
  if (resumed === undefined) return text
  return (unfinished.get(pid) ?? '') + resumed
}

const strings = (text: string): string[] =>
  [...text.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, raw]) =>
    raw!.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character)),
  )

/** Paths of a call: relative to the descriptor before them, else to the process's folder. */
const pathsOf = (inner: string, folder: string): string[] =>
  [...inner.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:\\.|[^"\\])*)"/g)].map(([, base, raw]) =>
    absolute(raw!.replace(/\\(.)/g, '$1'), base ?? folder),
  )

const absolute = (path: string, folder: string): string =>
  new URL(encodeURI(path), `file://${encodeURI(folder)}/`).pathname

const addressOf = (inner: string): string | null => {
  const unix = /sa_family=AF_UNIX, sun_path=@?"([^"]*)"/.exec(inner)?.[1]
  if (unix !== undefined) return `unix:${unix}`
  const [, port, v4, v6] =
    /sin6?_port=htons\((\d+)\)(?:.*?inet_addr\("([^"]+)"\))?(?:.*?inet_pton\(AF_INET6, "([^"]+)")?/.exec(
      inner,
    ) ?? []
  return port === undefined ? null : `${v4 ?? v6 ?? '?'}:${port}`
}
