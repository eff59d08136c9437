/** All package databases of an image. */
import { keepForApk, readApk } from './apk.ts'
import { keepForDpkg, readDpkg } from './dpkg.ts'
import type { Package } from './package.ts'

/** True for the few files of a layer that `readPackages` reads: keep their content while the layer streams by. */
export const keepForPackages = (path: string): boolean => keepForDpkg(path) || keepForApk(path)

/**
 * The packages that are installed as far as the databases tell. Never throws: see `readDpkg` and `readApk`.
 * @param bodies by path, the databases as a container sees them: a layer's own on top of those below it. Pass the
 * same Buffer again for a file that a layer left alone, and it is not parsed again.
 */
export const readPackages = (bodies: ReadonlyMap<string, Buffer>): Package[] => [
  ...readDpkg(bodies),
  ...readApk(bodies),
]
