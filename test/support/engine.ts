/** What tests with real engines share: the articles' Dockerfiles built once, copied to the other engines, and counted. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MAX_BUFFER = 512 * 1024 * 1024

export const root = join(import.meta.dirname, '..', '..')
export const cli = join(root, 'dist', 'cli', 'index.js')

/** Every Dockerfile of the articles that a builder accepts. */
export const SEEDS: readonly (readonly [string, string])[] = [
  ['flask-alpine', 'multi-optimized'],
  ['flask-alpine', 'one-run'],
  ['flask-alpine', 'single'],
  ['flask-mysql', 'multi'],
  ['flask-mysql', 'single'],
  ['flask-slim', 'multi'],
  ['flask-slim', 'single'],
  ['go-alpine', 'multi'],
  ['go-alpine', 'single'],
  ['two-tier', 'multi'],
  ['two-tier', 'single'],
]

export const seedTag = (name: string, variant: string): string => `plimsoll-test/${name}:${variant}`

/** Builds a case on an engine, from its cache when it was built there before. */
export const buildSeed = async (
  host: string,
  seeds: string,
  name: string,
  variant: string,
): Promise<string> => {
  const tag = seedTag(name, variant)
  const folder = join(seeds, 'cases', name)
  const args = ['buildx', 'build', '--network', 'host', '--provenance=false', '-q', '-t', tag]
  await run('docker', [...args, '-f', join(folder, `Dockerfile.${variant}`), folder], {
    env: { ...process.env, DOCKER_HOST: host },
    maxBuffer: MAX_BUFFER,
  })
  return tag
}

const imageId = (host: string, name: string): string | null => {
  try {
    const out = execFileSync('docker', ['image', 'inspect', '-f', '{{json .RootFS.Layers}}', name], {
      env: { ...process.env, DOCKER_HOST: host },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return out.toString()
  } catch {
    return null
  }
}

/** Copies an image from one engine to another, unless an image of the same layers has that name there. */
export const copyImage = async (from: string, to: string, name: string): Promise<void> => {
  if (imageId(to, name) === imageId(from, name)) return
  const save = spawn('docker', ['save', name], {
    env: { ...process.env, DOCKER_HOST: from },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const load = spawn('docker', ['load', '-q'], {
    env: { ...process.env, DOCKER_HOST: to },
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const loaded = new Promise<void>((resolve, reject) => {
    load.on('exit', status =>
      status === 0 ? resolve() : reject(new Error(`docker load ended with ${status}`)),
    )
  })
  await pipeline(save.stdout, load.stdin)
  await loaded
}

export const saveImage = async (host: string, name: string, path: string): Promise<void> => {
  const save = spawn('docker', ['save', name], {
    env: { ...process.env, DOCKER_HOST: host },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await pipeline(save.stdout, createWriteStream(path))
}

export interface Finished {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built command. */
export const plimsoll = (
  args: readonly string[],
  {
    host,
    cwd = root,
    env = {},
  }: { host?: string; cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> =>
  new Promise(resolve => {
    execFile(
      process.execPath,
      [cli, ...args],
      { cwd, maxBuffer: MAX_BUFFER, env: { ...process.env, ...(host ? { DOCKER_HOST: host } : {}), ...env } },
      (error, stdout, stderr) => {
        const status = error ? (typeof error.code === 'number' ? error.code : 255) : 0
        resolve({ status, stdout, stderr })
      },
    )
  })
