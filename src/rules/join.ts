/** Joins a directory and a relative path; the directory may be `/`, as a home or a working directory can be. */
export const join = (directory: string, rest: string): string =>
  directory === '/' ? `/${rest}` : `${directory}/${rest}`
