/** Which C library a program was linked to. */

import type { ElfFacts } from '../elf/elf-types.ts'
import { lastPart } from '../path-parts.ts'

export type Libc = 'glibc' | 'musl'

/** The C library that a loader belongs to, by its name (glibc's ABI list; musl's ldso/Makefile naming). */
export const libcOfLoader = (path: string): Libc | null => {
  const name = lastPart(path)
  if (/^ld-musl-.+\.so\.1$/.test(name)) return 'musl'
  return /^(ld-linux(-.+)?|ld64)\.so\.\d$|^ld\.so\.1$/.test(name) ? 'glibc' : null
}

/** Null where nothing tells: a static program, or a library that needs no libc by name. */
export const libcOf = (elf: ElfFacts): Libc | null => {
  const fromLoader = elf.interpreter === null ? null : libcOfLoader(elf.interpreter)
  if (fromLoader || !elf.examined) return fromLoader
  if (elf.needed.some(name => name.startsWith('libc.musl-') || name === 'libc.so')) return 'musl'
  return elf.needed.some(name => name === 'libc.so.6' || libcOfLoader(name) === 'glibc') ? 'glibc' : null
}

/**
 * Parts of the C library itself: where its loader is they are too, and musl's answers for all of them by itself
 * (ldso/dynlink.c, load_library).
 */
export const isPartOfLibc = (soname: string): boolean => PART.test(soname)

const PART =
  /^(lib(c|m|pthread|dl|rt|util|resolv|anl|BrokenLocale|thread_db)\.so(\.\d+)?|libmvec\.so\.1|libc\.musl-.+\.so\.1|ld-.+\.so\.\d|ld64\.so\.\d|linux-(vdso|gate).*)$/

export const nameOfLibc = (libc: Libc): string => (libc === 'musl' ? 'musl' : 'glibc')

/** Container runtimes put the driver's own libraries there when a device is passed in. */
export const isFromTheDriver = (soname: string): boolean => FROM_THE_DRIVER.test(soname)

const FROM_THE_DRIVER =
  /^(libcuda|libnvidia-.*|libnvcuvid|libnvoptix|libcudadebugger|libGLX_nvidia|libEGL_nvidia|libGLESv\d\w*_nvidia|libvdpau_nvidia|libtpu|libneuron.*|libnrt|libhsakmt|libamdhip64|libze_loader|libmlx\d|libibverbs|librdmacm)\.so/
