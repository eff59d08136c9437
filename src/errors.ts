/**
 * The errors a person can do something about. Anything else that is thrown is a fault of Plimsoll's own and keeps
 * its stack.
 */

/** One line: what is wrong, where, and what to do. Ends the run as "not complete" (exit status 2). */
export class UserError extends Error {
  override readonly name = 'UserError'
}

/** Bytes that are not what they claim to be: a broken archive, a wrong digest, a limit that was passed. */
export class CorruptError extends UserError {}

/** A limit of limits.ts that was passed: told at once, whatever the bytes belong to. */
export class LimitError extends CorruptError {}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
