import type { Target } from '../target.ts'
import { blob } from './blob.ts'
import { dockerfile } from './dockerfile.ts'
import { elf } from './elf.ts'
import { manifest } from './manifest.ts'
import { apk, dpkg, node, pacman, python } from './packages.ts'
import { rpmBdb, rpmHeader, rpmNdb, rpmSqlite } from './rpm.ts'
import { tar } from './tar.ts'

/** Every parser of bytes that somebody else wrote. */
export const TARGETS: readonly Target[] = [
  tar,
  blob,
  manifest,
  dockerfile,
  elf,
  rpmHeader,
  rpmSqlite,
  rpmBdb,
  rpmNdb,
  dpkg,
  apk,
  pacman,
  python,
  node,
]
