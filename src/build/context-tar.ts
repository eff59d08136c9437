/** A build context as a tar stream, for the engine's own build API. */
import { createReadStream, type Stats } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { UserError } from '../errors.ts'
import { type IgnoreRules, parseDockerignore } from './dockerignore.ts'

/** The name of a Dockerfile that lies outside its context, in the context that is sent. */
const FOREIGN_DOCKERFILE = '.plimsoll.dockerfile'

export interface ContextTar {
  /** What the API is told: a path in the context. */
  readonly dockerfile: string
  /** The tar, in order, made while it is read. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/**
 * Packs a context as `docker build` does: owner 0:0, without what `.dockerignore` names, but always with the Dockerfile
 * and `.dockerignore` themselves, which the engine drops again. Sockets, pipes and devices are left out.
 * @param context absolute
 * @param dockerfile absolute; may lie elsewhere
 */
export const packContext = async (context: string, dockerfile: string): Promise<ContextTar> => {
  const within = relative(context, dockerfile).split(sep).join('/')
  const isForeign = within.startsWith('../') || within === ''
  const ignoreText = await readFile(join(context, '.dockerignore'), 'utf8').catch(() => null)
  const name = isForeign ? FOREIGN_DOCKERFILE : within
  return { dockerfile: name, chunks: pack(context, { dockerfile, name, isForeign, ignoreText }) }
}

interface Plan {
  readonly dockerfile: string
  readonly name: string
  readonly isForeign: boolean
  readonly ignoreText: string | null
}

async function* pack(context: string, plan: Plan): AsyncGenerator<Uint8Array> {
  const rules = parseDockerignore(plan.ignoreText ?? '')
  const always = new Set(plan.isForeign ? [] : [plan.name, '.dockerignore'])
  for await (const path of walk(context, '', rules, always)) {
    if (plan.isForeign && (path === '.dockerignore' || path === FOREIGN_DOCKERFILE)) continue
    yield* packEntry(join(context, path), path)
  }
  if (plan.isForeign) {
    yield* packBytes(FOREIGN_DOCKERFILE, await readFile(plan.dockerfile))
    // So that "COPY . ." does not copy what was added for the build alone
    yield* packBytes(
      '.dockerignore',
      Buffer.from(`${plan.ignoreText ?? '.dockerignore'}\n${FOREIGN_DOCKERFILE}\n`),
    )
  }
  yield Buffer.alloc(1024)
}

/** Paths to send, parents first, sorted by name. */
async function* walk(
  context: string,
  directory: string,
  rules: IgnoreRules,
  always: ReadonlySet<string>,
): AsyncGenerator<string> {
  const entries = await readdir(join(context, directory), { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`
    const ignored = rules.ignores(path) && !always.has(path)
    if (!ignored) yield path
    const leadsToAlways = [...always].some(kept => kept.startsWith(`${path}/`))
    if (entry.isDirectory() && (!ignored || rules.hasExceptions || leadsToAlways))
      yield* walk(context, path, rules, always)
  }
}

async function* packEntry(file: string, path: string): AsyncGenerator<Uint8Array> {
  const found = await lstat(file)
  if (found.isDirectory())
    yield header({ path: `${path}/`, type: '5', mode: modeOf(found), mtime: found.mtimeMs })
  else if (found.isSymbolicLink())
    yield header({ path, type: '2', mode: 0o777, mtime: found.mtimeMs, link: await readlink(file) })
  else if (found.isFile()) {
    yield header({ path, type: '0', mode: modeOf(found), mtime: found.mtimeMs, size: found.size })
    let sent = 0
    // One byte more than promised would shift all that follows; a file that grows meanwhile is cut there and noticed
    if (found.size > 0)
      for await (const chunk of createReadStream(file, { end: found.size - 1 }) as AsyncIterable<Buffer>) {
        sent += chunk.length
        yield chunk
      }
    if (sent !== found.size)
      throw new UserError(
        `the build context changed while it was sent: ${join(dirname(path), basename(path))}`,
      )
    yield padding(found.size)
  }
}

function* packBytes(path: string, bytes: Uint8Array): Generator<Uint8Array> {
  yield header({ path, type: '0', mode: 0o644, mtime: 0, size: bytes.length })
  yield bytes
  yield padding(bytes.length)
}

const modeOf = (found: Stats): number => found.mode & 0o7777

interface Header {
  readonly path: string
  readonly type: '0' | '2' | '5' | 'x'
  readonly mode: number
  /** Milliseconds. */
  readonly mtime: number
  readonly size?: number
  readonly link?: string
}

/** POSIX.1-2001 (pax): ustar, with an extended header for what does not fit there. */
const header = (entry: Header): Uint8Array => {
  const records: string[] = []
  if (!fits(entry.path)) records.push(record('path', entry.path))
  if (entry.link !== undefined && !fits(entry.link)) records.push(record('linkpath', entry.link))
  if ((entry.size ?? 0) > 0o77777777777) records.push(record('size', String(entry.size)))
  if (records.length === 0) return ustar(entry)
  const body = Buffer.from(records.join(''))
  const extended = ustar({ path: 'pax', type: 'x', mode: 0o644, mtime: 0, size: body.length })
  return Buffer.concat([extended, body, padding(body.length), ustar(entry)])
}

const fits = (text: string): boolean => /^[\x20-\x7e]*$/.test(text) && text.length <= 100

/** `30 path=…\n`: the length counts itself. */
const record = (key: string, value: string): string => {
  const bytes = Buffer.byteLength(` ${key}=${value}\n`)
  let length = bytes + String(bytes).length
  if (bytes + String(length).length > length) length += 1
  return `${length} ${key}=${value}\n`
}

const ustar = ({ path, type, mode, mtime, size = 0, link = '' }: Header): Uint8Array => {
  const block = Buffer.alloc(512)
  const octal = (value: number, at: number, width: number): number =>
    block.write(
      `${Math.min(value, 8 ** (width - 1) - 1)
        .toString(8)
        .padStart(width - 1, '0')}\0`,
      at,
      'latin1',
    )
  block.write(path, 0, 100, 'utf8')
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(Math.max(0, Math.floor(mtime / 1000)), 136, 12)
  block.write('        ', 148, 'latin1')
  block.write(type, 156, 'latin1')
  block.write(link, 157, 100, 'utf8')
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

const padding = (sizeBytes: number): Uint8Array => Buffer.alloc((512 - (sizeBytes % 512)) % 512)
