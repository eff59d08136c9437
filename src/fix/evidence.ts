/** What the program's own texts and binaries say it starts, loads and reads while it runs. */
import { isSystemPackage } from '../packages/package.ts'
import { EntryType } from '../tree/entries.ts'
import { isOfJava, type JavaNeeds, javaNeeds } from './java/java-needs.ts'
import { literalsIn } from './literals.ts'
import { onPath } from './needs.ts'
import { STATE } from './program.ts'
import type { Item, Scene } from './scene.ts'
import { startWords } from './start-words.ts'

export interface Evidence {
  /** A sentence: it compiles while it runs. Nothing may be taken from it. */
  readonly compiles: string | null
  /** A sentence: it loads libraries, and nothing says which. */
  readonly uncertain: string | null
  /** A program of Go that starts others, as its symbols say. */
  readonly startsOthers: boolean
  /** What the program's own classes ask of Java. */
  readonly java: JavaNeeds
  /** Paths of the image, each with the file that names it: commands, libraries, data. */
  readonly named: ReadonlyMap<string, string>
}

const TEXT_LIMIT_BYTES = 512 * 1024
const MODULE_LIMIT_BYTES = 64 * 1024

const SOURCE =
  /\.(?:py|sh|bash|js|cjs|mjs|ts|rb|php|pl|go|rs|c|cc|cpp|cxx|h|hpp|java|kt|scala|toml|ya?ml|json|conf|cfg|ini|properties|xml)$/
/** Not the program's own: what came from elsewhere is known by its metadata. */
const ELSEWHERE =
  /\/(?:node_modules|dist-packages|site-packages|pkg\/mod|registry\/src|rustlib|\.git|include|testdata|tests?)\/|^\/usr\/(?!local\/(?:bin|src|share|lib\/)|src)|^\/(?:proc|sys|var\/lib\/dpkg|lib|opt\/java|root\/\.(?:cache|m2|cargo|npm))\/|^\/usr\/local\/(?:go|rustup|cargo|lib\/python[\d.]*|lib\/ruby|lib\/node_modules|lib\/php|include)\//
const MODULE = /\/site-packages\/.*\.py$/
/** Scripts without an ending are what images start most often. */
const SCRIPT = /^\/(?:[\w.-]+|(?:app|srv|opt|home|usr\/local\/s?bin|bin|entrypoint\.d|docker)\/[\w./-]+)$/

/** What a Java run-time says of itself. */
const RELEASE = /\/(?:jvm|java|jdk|jre|openjdk|graalvm)[^/]*(?:\/[^/]+)?\/release$/i

/** Where programs of the own layers stand most often, by names without an ending. */
const BINARY =
  /^\/(?:[\w-]+|(?:app|srv|opt|home|src|code|usr\/(?:local\/s?bin|src)|go\/(?:bin|src)|bin|workspace)\/(?!java\/|.*\/(?:deps|build|incremental|CMakeFiles|pkg)\/)[\w@+/-]+)$|^\/(?:app|srv|opt|usr\/local\/lib)\/(?!python|node_modules|ruby|java)[\w@+./-]*\.so(?:\.\d+)*$/
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

const isLeftover = (scene: Scene, path: string): boolean => scene.claimOf(path)?.certainty === 'leftover'

/** Programs that make programs. */
const COMPILERS = new Set(
  'gcc g++ cc c++ c99 c89 clang clang++ tcc gfortran make gmake cmake ninja meson as ld javac kotlinc scalac rustc cargo go mvn gradle ghc cabal stack swiftc zig nvcc dotnet msbuild tsc'.split(
    ' ',
  ),
)

/** Ways to compile without naming a compiler. */
const COMPILING =
  /\bpyximport\b|distutils\.ccompiler|setuptools\._?distutils\.ccompiler|torch\.utils\.cpp_extension|\bffi\w*\.(?:verify|compile)\(|\bcython\.inline\b|Cython\.Build|scipy\.weave|\bcppyy\b|getSystemJavaCompiler|javax\.tools\.(?:ToolProvider|JavaCompiler)|com\.sun\.tools\.javac|org\.codehaus\.janino|\blibtcc\b/

/** What a Python distribution starts or loads that its metadata does not say: a well-known few. */
const DISTRIBUTIONS: Readonly<Record<string, readonly string[]>> = {
  gitpython: ['git'],
  dulwich: [],
  graphviz: ['dot'],
  pydot: ['dot'],
  pdf2image: ['pdftoppm', 'pdfinfo'],
  pytesseract: ['tesseract'],
  pydub: ['ffmpeg', 'ffprobe'],
  'ffmpeg-python': ['ffmpeg', 'ffprobe'],
  moviepy: ['ffmpeg'],
  pdfkit: ['wkhtmltopdf'],
  'python-gnupg': ['gpg'],
  'python-magic': ['libmagic.so.1'],
  wand: ['libMagickWand-6.Q16.so.6', 'libMagickCore-6.Q16.so.6'],
  weasyprint: ['libpango-1.0.so.0', 'libpangoft2-1.0.so.0', 'libgobject-2.0.so.0'],
  cairocffi: ['libcairo.so.2'],
  pyzbar: ['libzbar.so.0'],
  soundfile: ['libsndfile.so.1'],
  sounddevice: ['libportaudio.so.2'],
  pyusb: ['libusb-1.0.so.0'],
}

/** @param scripts what the Dockerfile's own `RUN`s name: scripts that build */
export const gatherEvidence = (
  scene: Scene,
  binaries: ReadonlyMap<string, Buffer>,
  runs: string,
): Evidence => {
  const named = new Map<string, string>()
  let compiles: string | null = null
  let uncertain: string | null = null
  let startsOthers = false
  const commands = (names: Iterable<string>, by: string): void => {
    for (const name of names) {
      const path = onPath(scene.hazards, name)
      const base = name.slice(name.lastIndexOf('/') + 1)
      if (path === null) continue
      if (COMPILERS.has(base)) compiles ??= `${by} starts ${base} while it runs`
      else named.set(path, by)
    }
  }
  const libraries = (names: Iterable<string>, by: string): number => {
    let found = 0
    for (const name of names)
      for (const path of libraryPaths(scene, name)) {
        found += 1
        named.set(path, by)
      }
    return found
  }
  const paths = (names: Iterable<string>, by: string): void => {
    for (const path of names) if (isNamedPath(scene, path)) named.set(path, by)
  }
  commands(startWords(scene), 'the image’s command')
  for (const item of scene.own) {
    const text = textOf(scene, item, runs)
    if (text === null) continue
    const found = literalsIn(item.path, text)
    if (!MODULE.test(item.path)) {
      if (COMPILING.test(text)) compiles ??= `${item.path} compiles while it runs`
      commands(found.commands, item.path)
      paths(found.paths, item.path)
    }
    if (
      libraries(found.libraries, item.path) === 0 &&
      found.loadsUnnamed &&
      !MODULE.test(item.path) &&
      !namesPlugins(scene, found.paths)
    )
      uncertain ??= `${item.path} loads a library whose name is made while it runs`
  }
  for (const { name, isOwn } of scene.hazards.distributions)
    if (isOwn)
      for (const each of DISTRIBUTIONS[name] ?? [])
        if (each.includes('.so')) libraries([each], name)
        else commands([each], name)
  const java = javaOf(scene, binaries)
  for (const [path, body] of binaries) {
    if (isOfJava(path)) continue
    const text = body.toString('latin1')
    const strings = literalsIn(path, text)
    startsOthers ||= text.includes('os/exec.(*Cmd).Start') || text.includes('syscall.Exec\0')
    const compiler = /(?:^|[\0 "';&|/])(gcc|g\+\+|cc1|clang|javac|rustc|tcc)[\0 "]/.exec(
      text.replace(/GCC: \([^\0]*/g, ''),
    )?.[1]
    if (compiler !== undefined && onPath(scene.hazards, compiler)) compiles ??= `${path} names ${compiler}`
    const known = libraries(strings.libraries, path)
    const needed = scene.hazards.programAt(path)?.elf
    const isLinked = needed?.examined === true && needed.needed.length > 0
    if (
      isLinked &&
      known <= needed.needed.length &&
      /\0dlopen\0/.test(text) &&
      !loadsKnown(scene, strings.libraries, needed.needed) &&
      !namesPlugins(scene, strings.paths)
    )
      uncertain ??= `${path} loads libraries by names that are made while it runs`
    paths(strings.paths, path)
  }
  const compiling = java.modules.get('jdk.compiler')
  if (compiling !== undefined) compiles ??= `${compiling} compiles Java while it runs`
  return { compiles, uncertain, startsOthers, java, named }
}

const javaOf = (scene: Scene, binaries: ReadonlyMap<string, Buffer>): JavaNeeds => {
  const needs = javaNeeds(new Map([...binaries].filter(([path]) => isOfJava(path))))
  const skipped = scene.own.find(
    ({ path, type }) =>
      type === EntryType.file &&
      isOfJava(path) &&
      !ELSEWHERE.test(path) &&
      !isLeftover(scene, path) &&
      !binaries.has(path),
  )
  return { ...needs, unread: needs.unread ?? skipped?.path ?? null }
}

/** It names a folder of libraries that are the program's own, and so are all there. */
const namesPlugins = (scene: Scene, paths: Iterable<string>): boolean =>
  [...paths].some(
    path =>
      path.split('/').length > 3 &&
      scene.own.some(
        item =>
          item.path.startsWith(`${path}/`) &&
          /\.so(?:\.[\d.]+)?$/.test(item.path) &&
          !isLeftover(scene, item.path) &&
          scene.ownerOf(item.path) === null,
      ),
  )

/** It names a library that it is not linked to: what it loads by `dlopen` is then known. */
const loadsKnown = (scene: Scene, names: Iterable<string>, needed: readonly string[]): boolean =>
  [...names].some(name => !needed.includes(name) && libraryPaths(scene, name).length > 0)

/** What only builds: set-up files, and scripts that the Dockerfile runs and the image does not start. */
const BUILDS =
  /\/(?:setup\.py|conftest\.py|noxfile\.py|fabfile\.py|tasks\.py|build\.rs|[Mm]akefile|configure|gulpfile\.\w+|Gruntfile\.\w+|[\w.-]+\.config\.\w+|package-lock\.json|tsconfig[\w.-]*\.json|pom\.xml|Cargo\.toml|pyproject\.toml|go\.mod|(?:test_[^/]*|[^/]*_test)\.\w+)$|\/(?:tests?|spec|benchmarks?|examples|docs|\.github|CMakeFiles)\//

const textOf = (scene: Scene, { path, type }: Item, runs: string): string | null => {
  const owner = scene.ownerOf(path)
  if (STATE.test(path) || (owner && isSystemPackage(owner))) return null
  if (type !== EntryType.file || BUILDS.test(path) || scene.hazards.programAt(path)?.elf) return null
  const body = scene.body(path)
  if (!body || body.includes(0)) return null
  const name = path.slice(path.lastIndexOf('/') + 1)
  const starts = scene.hazards.command.join(' ')
  if (/\.(?:sh|bash)$/.test(name) && runs.includes(name) && !starts.includes(name)) return null
  return body.toString('utf8')
}

/** `libmagic.so.1`, `magic` as `find_library` takes it, or a path. */
const libraryPaths = ({ hazards }: Scene, name: string): readonly string[] => {
  if (name.startsWith('/')) return hazards.resolve(name) === null ? [] : [hazards.resolve(name)!]
  const start = name.includes('.so') ? name : `lib${name}.so`
  return hazards
    .named(each => each === start || each.startsWith(`${start}.`))
    .filter(path => !path.includes('/site-packages/'))
    .flatMap(path => hazards.resolve(path) ?? [])
}

const IGNORED_PATH =
  /^\/(?:proc|sys|dev|run|tmp|var\/(?:tmp|run|log|cache)|bin|usr\/bin\/env|usr\/include|usr\/lib\/gcc|usr\/local\/(?:go|rustup|cargo|include)|usr\/src|root\/\.(?:cargo|cache)|go)(?:\/|$)|\.(?:go|c|cc|cpp|h|hpp|rs|S|s|java|o|a)$/

/** One that is there, says something, and is not the build's. */
const isNamedPath = (scene: Scene, path: string): boolean => {
  if (IGNORED_PATH.test(path) || path.split('/').length < 3) return false
  const end = scene.hazards.resolve(path)
  if (end === null || isLeftover(scene, end)) return false
  const item = scene.at(end)
  // folders that every image has say nothing
  return item !== null && (item.type === EntryType.file || path.split('/').length > 3)
}
