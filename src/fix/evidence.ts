/** What the program's own texts and binaries say it starts, loads and reads while it runs. */

import { loadedBytes } from '../elf/loaded-bytes.ts'
import { isSystemPackage } from '../packages/package.ts'
import { lastPart } from '../path-parts.ts'
import { EntryType } from '../tree/entries.ts'
import { ELSEWHERE, MODULE } from './evidence-files.ts'
import { createNotes, type EvidenceNotes, loadsKnown, namesPlugins } from './evidence-notes.ts'
import { isOfJava, type JavaNeeds, javaNeeds } from './java/java-needs.ts'
import { literalsIn } from './literals.ts'
import { onPath } from './needs.ts'
import { STATE } from './program.ts'
import { type Item, isLeftover, type Scene } from './scene.ts'
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

/** Ways to compile without naming a compiler. */
const COMPILING =
  /\bpyximport\b|distutils\.ccompiler|setuptools\._?distutils\.ccompiler|torch\.utils\.cpp_extension|\bffi\w*\.(?:verify|compile)\(|\bcython\.inline\b|Cython\.Build|scipy\.weave|\bcppyy\b|getSystemJavaCompiler|javax\.tools\.(?:ToolProvider|JavaCompiler)|com\.sun\.tools\.javac|org\.codehaus\.janino|\blibtcc\b/

/** What a Python distribution starts or loads that its metadata does not say: a well-known few. */
const DISTRIBUTIONS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
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
  }),
)

/** @param runs the Dockerfile's `RUN`s: scripts that they name build */
export const gatherEvidence = (
  scene: Scene,
  binaries: ReadonlyMap<string, Buffer>,
  runs: string,
): Evidence => {
  const notes = createNotes(scene)
  notes.commands(startWords(scene), 'the image’s command')
  for (const item of scene.own) {
    const text = textOf(scene, item, runs)
    if (text !== null) readText(scene, item.path, text, notes)
  }
  for (const { name, isOwn } of scene.hazards.distributions)
    for (const each of (isOwn && DISTRIBUTIONS.get(name)) || [])
      if (each.includes('.so')) notes.libraries([each], name)
      else notes.commands([each], name)
  let startsOthers = false
  for (const [path, body] of binaries) {
    if (isOfJava(path)) continue
    const text = loadedBytes(body).toString('latin1')
    startsOthers ||= text.includes('os/exec.(*Cmd).Start') || text.includes('syscall.Exec\0')
    readBinary(scene, path, text, notes)
  }
  const java = javaOf(scene, binaries)
  const compiling = java.modules.get('jdk.compiler')
  if (compiling !== undefined) notes.compiles(`${compiling} compiles Java while it runs`)
  return { ...notes.all(), startsOthers, java }
}

/** A source, a script or a configuration. Of installed modules only the libraries count. */
const readText = (scene: Scene, path: string, text: string, notes: EvidenceNotes): void => {
  const found = literalsIn(path, text)
  const isInstalled = MODULE.test(path)
  if (!isInstalled) {
    if (COMPILING.test(text)) notes.compiles(`${path} compiles while it runs`)
    notes.commands(found.commands, path)
    notes.paths(found.paths, path)
  }
  const known = notes.libraries(found.libraries, path)
  if (known === 0 && found.loadsUnnamed && !isInstalled && !namesPlugins(scene, found.paths))
    notes.uncertain(`${path} loads a library whose name is made while it runs`)
}

/** @param text the bytes, one character each */
const readBinary = (scene: Scene, path: string, text: string, notes: EvidenceNotes): void => {
  const found = literalsIn(path, text)
  const compiler = NAMED_COMPILER.exec(text.replace(/GCC: \([^\0]*/g, ''))?.[1]
  if (compiler !== undefined && onPath(scene.hazards, compiler)) notes.compiles(`${path} names ${compiler}`)
  const known = notes.libraries(found.libraries, path)
  const elf = scene.hazards.programAt(path)?.elf
  if (
    elf?.examined === true &&
    elf.needed.length > 0 &&
    known <= elf.needed.length &&
    /\0dlopen\0/.test(text) &&
    !loadsKnown(scene, found.libraries, elf.needed) &&
    !namesPlugins(scene, found.paths)
  )
    notes.uncertain(`${path} loads libraries by names that are made while it runs`)
  notes.paths(found.paths, path)
}

const NAMED_COMPILER = /(?:^|[\0 "';&|/])(gcc|g\+\+|cc1|clang|javac|rustc|tcc)[\0 "]/

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

/** What only builds: set-up files, what autoconf, libtool and phpize write, and scripts that the Dockerfile runs and the image does not start. */
const BUILDS =
  /\/(?:setup\.py|conftest\.py|noxfile\.py|fabfile\.py|tasks\.py|build\.rs|[Mm]akefile|configure|ltmain\.sh|libtool|config\.(?:status|guess|sub|nice)|install-sh|depcomp|run-tests\.php|gulpfile\.\w+|Gruntfile\.\w+|[\w.-]+\.config\.\w+|package-lock\.json|tsconfig[\w.-]*\.json|pom\.xml|Cargo\.toml|pyproject\.toml|go\.mod|(?:test_[^/]*|[^/]*_test)\.\w+)$|\/(?:tests?|spec|benchmarks?|examples|docs|\.github|CMakeFiles)\//

/** What installers write about a distribution: its `METADATA` has the README in it, whose examples nothing starts. */
const ABOUT = /\/[^/]+\.(?:dist|egg)-info\//

const textOf = (scene: Scene, { path, type }: Item, runs: string): string | null => {
  const owner = scene.ownerOf(path)
  if (STATE.test(path) || ABOUT.test(path) || (owner && isSystemPackage(owner))) return null
  if (type !== EntryType.file || BUILDS.test(path) || scene.hazards.programAt(path)?.elf) return null
  const body = scene.body(path)
  if (!body || body.includes(0)) return null
  const name = lastPart(path)
  const starts = scene.hazards.command.join(' ')
  if (/\.(?:sh|bash)$/.test(name) && runs.includes(name) && !starts.includes(name)) return null
  return body.toString('utf8')
}
