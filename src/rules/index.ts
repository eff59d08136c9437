/** The catalogue. A new rule is one file and one line here; its place in the list is its turn to claim. */

import { apkCache } from './apk-cache.ts'
import { aptArchives } from './apt-archives.ts'
import { aptLists } from './apt-lists.ts'
import { buildTools } from './build-tools.ts'
import { cCompiler } from './c-compiler.ts'
import { cHeaders } from './c-headers.ts'
import { cargoRegistry } from './cargo-registry.ts'
import { dnfCache } from './dnf-cache.ts'
import { goBuildCache } from './go-build-cache.ts'
import { goModuleCache } from './go-module-cache.ts'
import { goToolchain } from './go-toolchain.ts'
import { jdk } from './jdk.ts'
import { npmCache } from './npm-cache.ts'
import { pipCache } from './pip-cache.ts'
import type { Rule } from './rule.ts'
import { rustToolchain } from './rust-toolchain.ts'
import { staticLibraries } from './static-libraries.ts'
import { yarnCache } from './yarn-cache.ts'

/**
 * In claiming order: the first that takes a blob has it. Toolchains come before what they contain (headers, archives,
 * modules), and what is known by its place comes before what is known by its name.
 */
export const rules: readonly Rule[] = [
  cCompiler,
  goToolchain,
  rustToolchain,
  jdk,
  buildTools,
  cHeaders,
  aptLists,
  aptArchives,
  apkCache,
  dnfCache,
  pipCache,
  npmCache,
  yarnCache,
  goBuildCache,
  goModuleCache,
  cargoRegistry,
  staticLibraries,
]

/** The rule with an id, or null. */
export const findRule = (id: string): Rule | null => rules.find(rule => rule.id === id) ?? null
