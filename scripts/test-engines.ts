/**
 * Runs the tests against real engines in two lanes at once. In one lane are those that build by Plimsoll itself and look
 * whether anything stays in the engine, so that no two of them meet; in the other those that keep their images as a cache.
 * Fails when either does.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '..', 'test', 'engine')
const ENDING = '.engine.ts'

/** The tests of the second lane; every other file is in the first, also one that is new. */
const KEEP_THEIR_IMAGES = new Set(['any-images', 'bases', 'causes', 'fix-corpus', 'hazards', 'sizes', 'zoo'])

/** The exit status of Node's own test runner over `names`, and what it printed; `live` prints at once. */
const runLane = (names: readonly string[], live: boolean): Promise<{ status: number; text: Buffer }> =>
  new Promise((resolve, reject) => {
    const files = names.map(name => join(FOLDER, `${name}${ENDING}`))
    const options = ['--test', '--test-reporter=spec', '--test-concurrency=1']
    const child = spawn(process.execPath, [...options, ...files], {
      stdio: ['ignore', live ? 'inherit' : 'pipe', 'inherit'],
    })
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', status => resolve({ status: status ?? 1, text: Buffer.concat(chunks) }))
  })

const names = readdirSync(FOLDER)
  .filter(file => file.endsWith(ENDING))
  .map(file => file.slice(0, -ENDING.length))
const [first, second] = await Promise.all([
  runLane(
    names.filter(name => !KEEP_THEIR_IMAGES.has(name)),
    true,
  ),
  runLane(
    names.filter(name => KEEP_THEIR_IMAGES.has(name)),
    false,
  ),
])
process.stdout.write(second.text)
process.exitCode = first.status || second.status
