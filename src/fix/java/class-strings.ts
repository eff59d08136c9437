/** The texts of a class file's constant pool (JVM specification, 4.4): names of classes and members, and literals. */

const MAGIC = 0xcafebabe
const UTF8 = 1

/** Bytes of a constant after its tag; `Utf8` says its own, `Long` and `Double` take two places. */
const SIZES: Readonly<Record<number, number>> = {
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 2,
  8: 2,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
}

/** Null where it is no class file, or one with a constant that nobody knows. */
export const classStrings = (file: Buffer): readonly string[] | null => {
  if (file.length < 10 || file.readUInt32BE(0) !== MAGIC) return null
  const count = file.readUInt16BE(8)
  const texts: string[] = []
  let at = 10
  for (let index = 1; index < count; index += 1) {
    const tag = file[at]
    if (tag === undefined) return null
    if (tag === UTF8) {
      if (at + 3 > file.length) return null
      const bytes = file.readUInt16BE(at + 1)
      if (at + 3 + bytes > file.length) return null
      texts.push(file.toString('latin1', at + 3, at + 3 + bytes))
      at += 3 + bytes
      continue
    }
    const size = SIZES[tag]
    if (size === undefined) return null
    if (tag === 5 || tag === 6) index += 1
    at += 1 + size
  }
  return texts
}
