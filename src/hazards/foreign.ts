/** Files that are not meant for this image at all: what is broken in them breaks nothing. */
import type { HazardImage, ProgramFile } from './hazard.ts'
import { libcOf } from './libc.ts'
import { mayRun } from './machines.ts'

/** Test data, add-ons for every platform that their loader chooses from, and roots of other systems. */
const PLACE =
  /\/(testdata|prebuilds|sysroot|rootfs|chroot)\/|(^|[/_-])(android|darwin|win32|windows|freebsd|openbsd|netbsd|solaris|sunos|illumos|dragonfly|plan9|wasi)([/_.-]|$)/
/** System V and Linux (gABI, EI_OSABI). */
const LINUX_ABIS = new Set([0, 3])

const LIBC_NAME = {
  glibc: /(^|[/_.-])(linux)?musl([/_.-]|$)/,
  musl: /(^|[/_.-])(gnu|glibc|manylinux)([/_.-]|$)/,
} as const

/** True for what another system, processor or C library is meant to run, as its place or its header say. */
export const isForeign = (image: HazardImage, file: ProgramFile): boolean => {
  if (PLACE.test(file.path)) return true
  const { elf } = file
  if (!elf) return false
  const machine = elf.examined ? elf.machine : (elf.header?.machine ?? null)
  if (image.machine !== null && machine !== null && !mayRun(image.machine, machine)) return true
  if (elf.examined && !LINUX_ABIS.has(elf.osAbi)) return true
  const [libc, ...others] = image.libcs
  return libc !== undefined && others.length === 0 && LIBC_NAME[libc].test(file.path)
}

/** Nothing but the loader of another C library could load it. */
export const isOfOtherLibc = (image: HazardImage, file: ProgramFile): boolean => {
  const libc = file.elf && libcOf(file.elf)
  return libc !== null && libc !== undefined && !image.libcs.has(libc)
}
