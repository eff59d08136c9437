/** What the file name of a compiled Python module says (PEP 3149; Lib/importlib/_bootstrap_external.py). */

export interface PythonTag {
  /** `3.11`, or null for the stable ABI, which every later version loads. */
  readonly version: string | null
  /** The C library in the name, or null. */
  readonly libc: 'glibc' | 'musl' | null
}

const TAG = /\.(?:cpython-(\d)(\d+)[a-z]*(?:-[^/.]*?(gnu|musl)[^/.]*)?|abi3)\.so$/

/** Null for what is no compiled module of CPython 3. */
export const pythonTag = (path: string): PythonTag | null => {
  const match = TAG.exec(path)
  if (!match) return null
  const [, major, minor, libc] = match
  return {
    version: major === undefined ? null : `${major}.${minor}`,
    libc: libc === 'gnu' ? 'glibc' : libc === 'musl' ? 'musl' : null,
  }
}
