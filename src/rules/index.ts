/** The catalogue. A new rule is one file and one line here; its place in the list is its turn to claim. */

import { apkCache } from './apk-cache.ts'
import { aptArchives } from './apt-archives.ts'
import { aptLists } from './apt-lists.ts'
import { buildTools } from './build-tools.ts'
import { bunCache } from './bun-cache.ts'
import { cCompiler } from './c-compiler.ts'
import { cHeaders } from './c-headers.ts'
import { cameAlong } from './came-along.ts'
import { cargoRegistry } from './cargo-registry.ts'
import { compilerCache } from './compiler-cache.ts'
import { composerCache } from './composer-cache.ts'
import { condaPackages } from './conda-packages.ts'
import { debugSymbols } from './debug-symbols.ts'
import { debugTools } from './debug-tools.ts'
import { dnfCache } from './dnf-cache.ts'
import { documentation } from './documentation.ts'
import { dotnetBuildDirectory } from './dotnet-build-directory.ts'
import { dotnetSdk } from './dotnet-sdk.ts'
import { downloadedData } from './downloaded-data.ts'
import { duplicateContent } from './duplicate-content.ts'
import { fetchTools } from './fetch-tools.ts'
import { foreignBinaries } from './foreign-binaries.ts'
import { gemCache } from './gem-cache.ts'
import { goBuildCache } from './go-build-cache.ts'
import { goModuleCache } from './go-module-cache.ts'
import { goSources } from './go-sources.ts'
import { goToolchain } from './go-toolchain.ts'
import { gradleCache } from './gradle-cache.ts'
import { haskellToolchain } from './haskell-toolchain.ts'
import { installers } from './installers.ts'
import { javaBuildDirectory } from './java-build-directory.ts'
import { jdk } from './jdk.ts'
import { layerWaste } from './layer-waste.ts'
import { mavenRepository } from './maven-repository.ts'
import { nativeBuildDirectory } from './native-build-directory.ts'
import { nodeBuildTools } from './node-build-tools.ts'
import { nodeDevDependencies } from './node-dev-dependencies.ts'
import { npmCache } from './npm-cache.ts'
import { nugetCache } from './nuget-cache.ts'
import { otherCompilers } from './other-compilers.ts'
import { packageManagerTraces } from './package-manager-traces.ts'
import { pacmanCache } from './pacman-cache.ts'
import { pipCache } from './pip-cache.ts'
import { pnpmStore } from './pnpm-store.ts'
import { pythonDevTools } from './python-dev-tools.ts'
import { pythonInstallerCaches } from './python-installer-caches.ts'
import type { Rule } from './rule.ts'
import { rustBuildDirectory } from './rust-build-directory.ts'
import { rustToolchain } from './rust-toolchain.ts'
import { scalaCaches } from './scala-caches.ts'
import { secret } from './secret.ts'
import { staleBytecode } from './stale-bytecode.ts'
import { staticLibraries } from './static-libraries.ts'
import { swiftToolchain } from './swift-toolchain.ts'
import { temporaryFiles } from './temporary-files.ts'
import { testFiles } from './test-files.ts'
import { toolCaches } from './tool-caches.ts'
import { uvCache } from './uv-cache.ts'
import { vcsData } from './vcs-data.ts'
import { yarnCache } from './yarn-cache.ts'
import { zigToolchain } from './zig-toolchain.ts'
import { zypperCache } from './zypper-cache.ts'

export { keepForRules } from './keep-for-rules.ts'

/**
 * In claiming order: the first that takes a blob has it. Secrets come first, so that none hides in something larger.
 * Toolchains come before what they contain (headers, archives, modules), what is known by its place before what is
 * known by its name, and hidden bytes that nothing else explains last.
 */
export const rules: readonly Rule[] = [
  secret,
  cCompiler,
  goToolchain,
  rustToolchain,
  jdk,
  dotnetSdk,
  haskellToolchain,
  zigToolchain,
  swiftToolchain,
  otherCompilers,
  buildTools,
  nodeBuildTools,
  cHeaders,
  debugSymbols,
  debugTools,
  fetchTools,
  cameAlong,
  aptLists,
  aptArchives,
  apkCache,
  dnfCache,
  zypperCache,
  pacmanCache,
  pipCache,
  pythonInstallerCaches,
  uvCache,
  condaPackages,
  npmCache,
  yarnCache,
  pnpmStore,
  bunCache,
  composerCache,
  gemCache,
  mavenRepository,
  gradleCache,
  scalaCaches,
  nugetCache,
  goBuildCache,
  goModuleCache,
  cargoRegistry,
  compilerCache,
  toolCaches,
  nodeDevDependencies,
  foreignBinaries,
  pythonDevTools,
  staleBytecode,
  vcsData,
  rustBuildDirectory,
  goSources,
  javaBuildDirectory,
  nativeBuildDirectory,
  dotnetBuildDirectory,
  staticLibraries,
  installers,
  downloadedData,
  packageManagerTraces,
  documentation,
  testFiles,
  temporaryFiles,
  duplicateContent,
  layerWaste,
]
