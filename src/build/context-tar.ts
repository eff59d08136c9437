/** A build context as a tar stream, for the engine's own build API. */
import { createReadStream, type Stats } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { UserError } from '../errors.ts'
import { type IgnoreRules, parseDockerignore } from './dockerignore.ts'
import { tarHeader, tarPadding } from './tar-header.ts'

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
    yield tarHeader({ path: `${path}/`, type: '5', mode: modeOf(found), mtime: found.mtimeMs })
  else if (found.isSymbolicLink())
    yield tarHeader({ path, type: '2', mode: 0o777, mtime: found.mtimeMs, link: await readlink(file) })
  else if (found.isFile()) {
    yield tarHeader({ path, type: '0', mode: modeOf(found), mtime: found.mtimeMs, size: found.size })
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
    yield tarPadding(found.size)
  }
}

function* packBytes(path: string, bytes: Uint8Array): Generator<Uint8Array> {
  yield tarHeader({ path, type: '0', mode: 0o644, mtime: 0, size: bytes.length })
  yield bytes
  yield tarPadding(bytes.length)
}

const modeOf = (found: Stats): number => found.mode & 0o7777
