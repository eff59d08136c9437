/** A build log that remembers. */
import type { BuildLog } from '../../../src/build/build-log.ts'

export interface RecordedLog extends BuildLog {
  readonly lines: string[]
  readonly groups: string[]
  /** Groups that were opened and not closed. */
  open: number
  text(): string
}

export const recordLog = (): RecordedLog => {
  const lines: string[] = []
  const groups: string[] = []
  return {
    lines,
    groups,
    open: 0,
    group(title) {
      groups.push(title)
      this.open += 1
    },
    line(text) {
      lines.push(text)
    },
    endGroup() {
      this.open -= 1
    },
    text: () => lines.join('\n'),
  }
}
