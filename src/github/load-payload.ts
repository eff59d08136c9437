import { readFileSync } from 'node:fs'
import { messageOf, UserError } from '../errors.ts'
import type { Environment } from './event.ts'

/** GitHub's payloads stay under 25 MB. */
const LIMIT_BYTES = 32 * 1024 * 1024

/** The event's payload from the file that the runner names, or null where there is no runner. */
export const loadPayload = (environment: Environment): unknown => {
  const path = environment.GITHUB_EVENT_PATH
  if (!path) return null
  try {
    const bytes = readFileSync(path)
    if (bytes.length > LIMIT_BYTES) throw new Error(`it is larger than ${LIMIT_BYTES} bytes`)
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new UserError(`GITHUB_EVENT_PATH: the event's payload could not be read: ${messageOf(error)}`)
  }
}
