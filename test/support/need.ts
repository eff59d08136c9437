/** What some tests need and a stranger's machine may not have. In CI a missing thing is a failure, elsewhere a loud skip. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import * as net from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const here = import.meta.dirname

/** The folder of test data beside the checkout (`PLIMSOLL_SHARED`, else `../shared`), or null. */
export const sharedFolder = (): string | null => {
  const folder = process.env.PLIMSOLL_SHARED ?? join(here, '..', '..', '..', 'shared')
  return existsSync(join(folder, 'corpora')) ? folder : null
}

/** A file or folder of the test data, or null after the test was skipped (in CI: an error). */
export const needShared = (t: TestContext, ...path: readonly string[]): string | null => {
  const folder = sharedFolder()
  if (folder) return join(folder, ...path)
  return missing(t, 'the shared test data is not beside the checkout')
}

export type EngineName = 'modern' | 'classic' | 'old'

const SOCKETS: Readonly<Record<EngineName, string>> = {
  modern: '/run/docker.sock',
  classic: '/run/engine-classic/docker.sock',
  old: '/run/engine-old/docker.sock',
}

/** `unix://…` of a running engine, or null after the test was skipped (in CI: an error). */
export const needEngine = (t: TestContext, name: EngineName): string | null => {
  if (process.env.PLIMSOLL_ENGINES !== 'none' && existsSync(SOCKETS[name])) return `unix://${SOCKETS[name]}`
  return missing(t, `engine "${name}" is not running at ${SOCKETS[name]}`)
}

/** The path of a program, or null after the test was skipped (in CI: an error). */
export const needProgram = (t: TestContext, name: string): string | null => {
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
  } catch {
    return missing(t, `the program "${name}" is not installed`)
  }
}

const SERVICES = { registry: 5000, builder: 1234 } as const

/** `127.0.0.1:PORT` of a registry or a BuildKit daemon that listens there, or null after the test was skipped (in CI: an error). */
export const needService = async (t: TestContext, name: keyof typeof SERVICES): Promise<string | null> => {
  const port = SERVICES[name]
  const socket = net.connect(port, '127.0.0.1')
  try {
    if (process.env.PLIMSOLL_ENGINES === 'none') return missing(t, 'engines are not wanted')
    await once(socket, 'connect')
    return `127.0.0.1:${port}`
  } catch {
    return missing(t, `no ${name} listens on 127.0.0.1:${port}`)
  } finally {
    socket.destroy()
  }
}

const missing = (t: TestContext, what: string): null => {
  if (process.env.CI && process.env.PLIMSOLL_ENGINES !== 'none')
    throw new Error(`in CI nothing is skipped: ${what}`)
  console.error(`SKIPPED ${t.name}: ${what}`)
  t.skip(what)
  return null
}
