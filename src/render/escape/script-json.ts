/** The only way for data into a page's script element: JSON that no HTML parser finds an end tag or a comment in. */

const UNSAFE = /[<>&\u2028\u2029]/g

/** Text for `<script type="application/json">`; `JSON.parse` gives the value back as it was. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    UNSAFE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
