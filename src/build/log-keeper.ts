/** Passes a build's lines on to the log, neutralised, up to a cap, and keeps the last ones. */
import type { BuildLog } from './build-log.ts'

/** A runner shows logs of this size slowly already; a build that floods its log fills a disk. */
const LOG_CAP_BYTES = 16 * 1024 * 1024
const TAIL_LINES = 100

export interface LogKeeper {
  readonly line: (line: string) => void
  /** The last lines, neutralised, oldest first. */
  readonly tail: () => readonly string[]
}

export const keepLog = ({
  log,
  neutralise,
}: {
  readonly log: BuildLog
  readonly neutralise: (line: string) => string
}): LogKeeper => {
  const tail: string[] = []
  let bytes = 0
  return {
    line(line) {
      const harmless = neutralise(line)
      tail.push(harmless)
      if (tail.length > TAIL_LINES) tail.shift()
      if (bytes > LOG_CAP_BYTES) return
      bytes += Buffer.byteLength(harmless) + 1
      log.line(bytes > LOG_CAP_BYTES ? '… (the log is cut here: it is longer than 16 MiB)' : harmless)
    },
    tail: () => [...tail],
  }
}
