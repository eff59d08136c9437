/** Colour and width, as the caller found them: `NO_COLOR`, `--no-color` and the terminal are its business. */
export interface Style {
  readonly color: boolean
  /** Columns. The text uses between 60 and 100 of them. */
  readonly width: number
}

export type Paint = (text: string) => string

/** What colours mean here; a reader without colour loses nothing. */
export interface Paints {
  readonly strong: Paint
  readonly faint: Paint
  readonly good: Paint
  readonly bad: Paint
  readonly notice: Paint
  readonly name: Paint
}

const SGR = { strong: 1, faint: 2, good: 32, bad: 31, notice: 33, name: 36 } as const

export const paintsOf = ({ color }: Style): Paints => {
  const paint =
    (code: number): Paint =>
    text =>
      color && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text
  return {
    strong: paint(SGR.strong),
    faint: paint(SGR.faint),
    good: paint(SGR.good),
    bad: paint(SGR.bad),
    notice: paint(SGR.notice),
    name: paint(SGR.name),
  }
}

/** Columns that may be used. */
export const usableWidth = ({ width }: Style): number => Math.min(100, Math.max(60, width))
