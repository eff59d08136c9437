/** Starts the engine of `fake-engine.ts` for as long as something is measured. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RunningEngine {
  /** For DOCKER_HOST. */
  readonly host: string
  /** When the export was last asked for, by `process.hrtime.bigint()`. */
  askedAt(): bigint
}

export const withEngine = async (
  gigabytes: number,
  use: (engine: RunningEngine) => void | Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
  const [socket, asked] = [join(folder, 'engine.sock'), join(folder, 'asked')]
  const script = join(import.meta.dirname, 'fake-engine.ts')
  const child = spawn(process.execPath, [script, socket, String(gigabytes), asked], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await once(child.stdout, 'data')
    await use({ host: `unix://${socket}`, askedAt: () => BigInt(readFileSync(asked, 'utf8')) })
  } finally {
    child.kill()
    rmSync(folder, { recursive: true })
  }
}
