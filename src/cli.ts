#!/usr/bin/env node
/** The terminal's entry. The exit status starts as failure. */
import { runCommand } from './command.ts'
import { stopOnSignals } from './world.ts'

process.exitCode = 2
const stop = stopOnSignals()
const terminal = (stream: NodeJS.WriteStream) => ({
  write: (text: string) => void stream.write(text),
  isTTY: stream.isTTY === true,
  columns: stream.columns,
})
// a reader that went away (`| head`) is no error of ours
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
})
runCommand({
  argv: process.argv.slice(2),
  environment: process.env,
  cwd: process.cwd(),
  stdout: terminal(process.stdout),
  stderr: terminal(process.stderr),
  stop,
}).then(status => {
  process.exitCode = status
  // nothing of ours is left; what was being read need not be waited for
  if (stop.status() !== null) process.exit()
})
