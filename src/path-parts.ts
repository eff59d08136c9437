/** The parts of an absolute path; `node:path` would look for more than a slash, and these run for every file of an image. */

/** What comes after the last slash: `x` of `/usr/x`, and of `x`. */
export const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** The directory that a path lies in: `/usr` of `/usr/x`, and `/` of `/x`. */
export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/'
