/** Inspects filesystems, one after the other in this process: file names on stdin, one line of JSON for each on stdout. */
import { readFileSync } from 'node:fs'
import { UserError } from '../../src/errors.ts'
import { inspectReport } from './inspect.ts'

for (const file of readFileSync(0, 'utf8').split('\n')) {
  const before = process.cpuUsage()
  let error: string | null = null
  let crash: string | null = null
  try {
    JSON.stringify(await inspectReport(`rootfs://${file}`))
  } catch (thrown) {
    if (thrown instanceof UserError) error = thrown.message
    else crash = String((thrown as Error).stack)
  }
  const { user, system } = process.cpuUsage(before)
  console.log(JSON.stringify({ file, cpuMs: Math.round((user + system) / 1000), error, crash }))
}
