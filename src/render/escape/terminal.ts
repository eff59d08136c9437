/** The only way for data to a terminal: no control character reaches it, so nothing moves a cursor or hides a name. */
import { visible } from './visible.ts'

/** Data as one line that shows every character it has. */
export const terminalText = (text: string): string => visible(text)
