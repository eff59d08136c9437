/** The versions of the C library's symbols, and the releases of Debian that have them (packages.debian.org, libc6). */

const RELEASES: readonly (readonly [string, string])[] = [
  ['2.28', '10 (buster)'],
  ['2.31', '11 (bullseye)'],
  ['2.36', '12 (bookworm)'],
  ['2.41', '13 (trixie)'],
]

/** "12 (bookworm)": the first Debian with a version like `GLIBC_2.36`; null for other libraries and newer versions. */
export const debianWith = (version: string): string | null => {
  const number = /^GLIBC_(\d+\.\d+)$/.exec(version)?.[1]
  if (number === undefined) return null
  return RELEASES.find(([has]) => compareVersions(has, number) >= 0)?.[1] ?? null
}

/** `GLIBC_2.9` before `GLIBC_2.36`; names without numbers come first. */
export const compareVersions = (a: string, b: string): number => {
  const [x, y] = [numbersOf(a), numbersOf(b)]
  for (let i = 0; i < Math.max(x.length, y.length); i += 1) {
    const difference = (x[i] ?? -1) - (y[i] ?? -1)
    if (difference !== 0) return difference
  }
  return a < b ? -1 : a > b ? 1 : 0
}

const numbersOf = (version: string): number[] =>
  (/\d+(?:\.\d+)*$/.exec(version)?.[0] ?? '').split('.').flatMap(part => (part === '' ? [] : Number(part)))
