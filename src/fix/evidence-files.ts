/** Which files the evidence is read from. */
import { EntryType } from '../tree/entries.ts'
import { isOfJava } from './java/java-needs.ts'
import { isLeftover, type Scene } from './scene.ts'

const TEXT_LIMIT_BYTES = 512 * 1024
const MODULE_LIMIT_BYTES = 64 * 1024

const SOURCE =
  /\.(?:py|sh|bash|js|cjs|mjs|ts|rb|php|pl|go|rs|c|cc|cpp|cxx|h|hpp|java|kt|scala|toml|ya?ml|json|conf|cfg|ini|properties|xml)$/
/** Not the program's own: what came from elsewhere is known by its metadata. */
export const ELSEWHERE =
  /\/(?:node_modules|dist-packages|site-packages|pkg\/mod|registry\/src|rustlib|\.git|include|testdata|tests?)\/|^\/usr\/(?!local\/(?:bin|src|share|lib\/)|src)|^\/(?:proc|sys|var\/lib\/dpkg|lib|opt\/java|root\/\.(?:cache|m2|cargo|npm))\/|^\/usr\/local\/(?:go|rustup|cargo|lib\/python[\d.]*|lib\/ruby|lib\/node_modules|lib\/php|include)\//
/** Modules of installed distributions: they say what they load, and little that is true of what they start. */
export const MODULE = /\/site-packages\/.*\.py$/
/** Scripts without an ending are what images start most often. */
const SCRIPT = /^\/(?:[\w.-]+|(?:app|srv|opt|home|usr\/local\/s?bin|bin|entrypoint\.d|docker)\/[\w./-]+)$/

/** What a Java run-time says of itself. */
const RELEASE = /\/(?:jvm|java|jdk|jre|openjdk|graalvm)[^/]*(?:\/[^/]+)?\/release$/i

/**
 * Where programs of the own layers stand most often, by names without an ending, and libraries; not what cargo keeps of a
 * build, such as the macros that the compiler itself loads.
 */
const BINARY =
  /^\/(?:[\w-]+|(?:app|srv|opt|home|src|code|usr\/(?:local\/s?bin|src)|go\/(?:bin|src)|bin|workspace)\/(?!java\/|.*\/(?:deps|build|incremental|CMakeFiles|pkg)\/)[\w@+/-]+)$|^\/(?:app|srv|opt|usr\/local\/lib)\/(?!python|node_modules|ruby|java|(?:.*\/)?target\/(?:.*\/)?(?:deps|build)\/)[\w@+./-]*\.so(?:\.\d+)*$/
const BINARY_LIMIT_BYTES = 60e6
const KEPT_LIMIT_BYTES = 150e6

/**
 * True for a file whose content the evidence is read from. Made once for each image: what is kept together has a limit,
 * and what goes beyond it is read by itself (`binariesToRead`).
 */
export const createFixKeep = (): ((path: string, sizeBytes: number) => boolean) => {
  let bytes = 0
  return (path, sizeBytes) => {
    if (!isEvidence(path, sizeBytes) || bytes + sizeBytes > KEPT_LIMIT_BYTES) return false
    bytes += sizeBytes
    return true
  }
}

const isEvidence = (path: string, sizeBytes: number): boolean => {
  if (path === '/etc/group' || (RELEASE.test(path) && sizeBytes <= MODULE_LIMIT_BYTES)) return true
  if (MODULE.test(path)) return sizeBytes <= MODULE_LIMIT_BYTES
  if (BINARY.test(path) || (isOfJava(path) && !ELSEWHERE.test(path))) return sizeBytes <= BINARY_LIMIT_BYTES
  if (sizeBytes > TEXT_LIMIT_BYTES || ELSEWHERE.test(path)) return false
  return (
    SOURCE.test(path) ||
    (!path.slice(path.lastIndexOf('/')).includes('.') && SCRIPT.test(path) && sizeBytes <= 64 * 1024)
  )
}

/**
 * Binaries whose strings are worth a second reading: the program's own, no extension modules of installed packages; and
 * its classes.
 */
export const binariesToRead = (scene: Scene): readonly string[] => {
  let bytes = 0
  return scene.own.flatMap(({ path, type, sizeBytes }) => {
    if (type !== EntryType.file || ELSEWHERE.test(path) || scene.ownerOf(path)) return []
    if (isLeftover(scene, path) || !(scene.hazards.programAt(path)?.elf || isOfJava(path))) return []
    if (sizeBytes > BINARY_LIMIT_BYTES) return []
    bytes += sizeBytes
    return bytes <= BINARIES_LIMIT_BYTES ? [path] : []
  })
}

const BINARIES_LIMIT_BYTES = 256e6
