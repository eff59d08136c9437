#!/usr/bin/env node
/** The terminal's entry. The exit status starts as failure. */
import { runCommand } from './command.ts'
import { messageOf } from './errors.ts'
import { stopOnSignals } from './world.ts'

process.exitCode = 2
const stop = stopOnSignals()
const terminal = (stream: NodeJS.WriteStream) => ({
  write: (text: string) => void stream.write(text),
  isTTY: stream.isTTY === true,
  columns: stream.columns,
})
/** The status is then never one that a judgement has. */
const fail = (words: string): void => {
  if (stop.status() !== null) return
  stop.fail(2)
  process.stderr.write(`plimsoll: ${words.replace(/[\r\n\t]+/g, ' ')}\n`)
}
const crash = (error: unknown): void => fail(`a fault of Plimsoll itself: ${messageOf(error)}`)
process.on('uncaughtException', crash)
process.on('unhandledRejection', crash)
process.stdout.on('error', error => {
  // a reader that went away (`| head`) is no error of ours
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return
  fail(`standard output cannot be written (${messageOf(error)}): see whether there is room, or use --output`)
})
runCommand({
  argv: process.argv.slice(2),
  environment: process.env,
  cwd: process.cwd(),
  stdout: terminal(process.stdout),
  stderr: terminal(process.stderr),
  stop,
}).then(status => {
  process.exitCode = stop.status() ?? status
  // nothing of ours is left; what was being read need not be waited for
  if (stop.status() !== null) process.exit()
})
