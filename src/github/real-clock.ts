import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from './persist.ts'

/** Monotonic time of this process. */
export const realClock: Clock = {
  now: () => performance.now(),
  wait: async ms => {
    await sleep(ms)
  },
}
