/** Takes out of a message what may be a credential. */

/** User names, passwords and queries of URLs become `***`: git and registries repeat the URL they were given. */
const withoutCredentials = (text: string): string =>
  text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s"'@]+@/gi, '$1***@')
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s"'?]+)\?[^\s"')]*/gi, '$1?***')

/** In a log: names and passwords of URLs, and those parts of a query that are called like a secret or look like one. */
export const hideUrlSecrets = (text: string): string =>
  text
    .replace(/([a-z][a-z0-9+.-]{1,20}:\/\/)(?!\*\*\*@)[^/\s"'@]{1,512}@/gi, '$1***@')
    .replace(
      /([?&][\w.-]{0,64}(?:token|secret|passw|key|sig|credential|auth|code)[\w.-]{0,64}=)[^&\s"'<>]+/gi,
      '$1***',
    )
    .replace(/([?&][\w.-]{1,64}=)(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}/g, '$1***')

/** The first line that says something, without credentials and at most `length` characters long. */
export const oneLine = (text: string, length = 300): string => {
  const line = withoutCredentials(text.replace(/\s+/g, ' ').trim())
  return line.length > length ? `${line.slice(0, length - 1)}…` : line
}
