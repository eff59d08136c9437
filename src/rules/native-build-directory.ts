import { parentOf } from '../path-parts.ts'
import { compilesAtRunTime } from './compiles-at-run-time.ts'
import {
  below,
  type FileMatcher,
  isPackagePart,
  isSystemOwned,
  nearestRoot,
  outermost,
  type Rooted,
} from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** Below `_deps`, FetchContent's, may lie libraries and data that the program loads: only its notes are claimed. */
const CMAKE =
  /(^|\/)CMakeFiles\/|(^|\/)_deps\/[^/]+-subbuild\/|^(CMakeCache\.txt|compile_commands\.json|build\.ninja|CTestTestfile\.cmake|install_manifest\.txt)$|(^|\/)(cmake_install\.cmake|Makefile)$|^\.ninja_(deps|log)$|\.(o|obj|gch|pch)$/
const CONFIGURE =
  /(^|\/)(Makefile(\.in|\.am)?|stamp-h\d*)$|^(configure(\.ac|\.in|~)?|aclocal\.m4|config\.h(\.in)?|depcomp|install-sh|missing|compile|ltmain\.sh|libtool|config\.guess|config\.sub|ar-lib|test-driver)$|^config\.(log|status)$|^autom4te\.cache\/|\.(o|lo)$|(^|\/)\.libs\/[^/]+\.(o|lai)$|(^|\/)\.deps\//
/** Of node-gyp and of Python's distutils: the finished module lies elsewhere. */
const ADD_ON =
  /^(.*\/node_modules\/.+\/build\/(?:Release|Debug))\/(?:obj\.target|\.deps)\/|^(.*\/build\/temp\.[^/]+)\//
/** Programs load these: BPF code, and what links itself at run time. */
const LOADED = /\.bpf\.o$|\/bpf\/|\/(ghc|rustlib|gcc)[^/]*\//
const SOURCE_ENDINGS: ReadonlySet<string> = new Set([
  ...['.c', '.cc', '.cpp', '.cxx', '.m', '.mm', '.S', '.s', '.f90', '.f', '.cu'],
  ...['.zig', '.hs', '.ml', '.d', '.pas', '.pp', '.adb', '.nim', '.cr'],
])
/** Of whole projects; what else lies in them may be data. */
const SOURCE =
  /\.(c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|ipp|tcc|S|s|asm|f|for|f90|f95|l|y|ll|yy|in)$|\/(CMakeLists\.txt|[^/]+\.cmake)$/
const SOURCES = 'Sources beside what was built of them; a compiled program does not read them.'

/** Where a tool left its mark; never `/`. */
const marked = (image: RuleImage, mark: string): Rooted[] =>
  image.named(mark).flatMap(path => (parentOf(path) === '/' ? [] : [{ root: parentOf(path) }]))

/** The directory whose sources went into a CMake build directory: its own, or the one above. */
const cmakeSources = (image: RuleImage, { root }: Rooted): Rooted[] => {
  const found = [root, parentOf(root)].find(each => each !== '/' && image.exists(`${each}/CMakeLists.txt`))
  return found === undefined ? [] : [{ root: found }]
}

/** The innermost tree says what is an intermediate file; of nested ones the outermost is named, once for all. */
const treeMatcher = (trees: readonly Rooted[], holds: RegExp): ((path: string) => string | null) => {
  if (trees.length === 0) return () => null
  const inner = nearestRoot(trees)
  const outer = nearestRoot(outermost(trees))
  return path => {
    const tree = inner(path)
    return tree && holds.test(below(tree.root, path)!) ? outer(path)!.root : null
  }
}

const matcher = (image: RuleImage): FileMatcher => {
  const cmakes = marked(image, 'CMakeCache.txt')
  const configured = marked(image, 'config.status')
  const inCmake = treeMatcher(cmakes, CMAKE)
  const inConfigured = treeMatcher(configured, CONFIGURE)
  const sources = [...cmakes.flatMap(tree => cmakeSources(image, tree)), ...configured]
  const sourcesOf = sources.length === 0 ? () => null : nearestRoot(outermost(sources))
  return ({ path, owner }) => {
    if (isSystemOwned(owner)) return null
    const tree = inCmake(path) ?? inConfigured(path)
    if (tree !== null) return { subject: tree }
    if (path.includes('/build/')) {
      const [, gyp, python] = ADD_ON.exec(path) ?? []
      const subject = gyp ?? python
      if (subject !== undefined) return { subject }
    }
    if (path.endsWith('.o') && !LOADED.test(path)) {
      const stem = path.slice(0, -2)
      return [...SOURCE_ENDINGS].some(ending => image.exists(stem + ending))
        ? { subject: parentOf(path) }
        : null
    }
    const root = sourcesOf(path)?.root
    const dot = path.lastIndexOf('.')
    const isSource = SOURCE_ENDINGS.has(path.slice(dot))
    if ((root === undefined && !isSource) || isPackagePart(path)) return null
    if (root !== undefined && SOURCE.test(path)) return { subject: root, reason: SOURCES }
    const isCompiled = isSource && image.exists(`${path.slice(0, dot)}.o`)
    return isCompiled ? { subject: parentOf(path), reason: SOURCES } : null
  }
}

export const nativeBuildDirectory: Rule = {
  id: 'native-build-directory',
  category: 'build-output',
  title: 'Build directories and objects',
  why: 'Objects that were linked into a program, and the notes of the tools that made them.',
  fix: 'Build in its own stage and `COPY --from` what `make install` or `cmake --install` put in place, not the tree.',
  matchFile: matcher,
  wanted: compilesAtRunTime,
  examples: {
    finds: [
      {
        path: '/src/build/CMakeFiles/app.dir/main.cpp.o',
        beside: ['/src/build/CMakeCache.txt'],
        subject: '/src/build',
        certainty: 'leftover',
      },
      {
        path: '/src/build/cmake_install.cmake',
        beside: ['/src/build/CMakeCache.txt'],
        subject: '/src/build',
      },
      {
        path: '/src/build/_deps/json-subbuild/json-populate-prefix/src/json.tar.gz',
        beside: ['/src/build/CMakeCache.txt'],
        subject: '/src/build',
      },
      {
        path: '/src/build/_deps/fmt-build/CMakeFiles/fmt.dir/src/format.cc.o',
        beside: ['/src/build/CMakeCache.txt'],
        subject: '/src/build',
      },
      {
        path: '/src/build/_deps/fmt-src/src/format.cc',
        beside: ['/src/CMakeLists.txt', '/src/build/CMakeCache.txt'],
        subject: '/src',
      },
      // of a project in a project: found by its own tree, named by the whole
      {
        path: '/src/lib/configure',
        beside: ['/src/config.status', '/src/lib/config.status'],
        subject: '/src',
      },
      { path: '/src/autom4te.cache/output.0', beside: ['/src/config.status'], subject: '/src' },
      { path: '/src/lib/.libs/util.o', beside: ['/src/config.status'], subject: '/src' },
      { path: '/usr/src/app/main.o', beside: ['/usr/src/app/main.c'], subject: '/usr/src/app' },
      {
        path: '/app/node_modules/bcrypt/build/Release/obj.target/bcrypt_lib/src/bcrypt.o',
        subject: '/app/node_modules/bcrypt/build/Release',
      },
      { path: '/src/build/temp.linux-x86_64-cpython-312/x.o' },
      { path: '/src/build/Makefile', beside: ['/src/build/CMakeCache.txt'], subject: '/src/build' },
      { path: '/src/Makefile.in', beside: ['/src/config.status'], subject: '/src' },
      {
        path: '/src/lib/hull.cpp',
        beside: ['/src/CMakeLists.txt', '/src/build/CMakeCache.txt'],
        subject: '/src',
        certainty: 'leftover',
      },
      { path: '/src/main.c', beside: ['/src/config.status'], subject: '/src' },
      { path: '/src/main.o', beside: ['/src/main.zig', '/src/main'], subject: '/src' },
      { path: '/src/Main.hs', beside: ['/src/Main.o'], subject: '/src' },
      { path: '/usr/src/app/main.c', beside: ['/usr/src/app/main.o'], subject: '/usr/src/app' },
      {
        path: '/src/main.c',
        beside: ['/src/config.status'],
        command: ['make', '-C', '/src', 'run'],
        certainty: 'hint',
      },
    ],
    ignores: [
      { path: '/src/autom4te.cache/output.0' },
      { path: '/src/Makefile' },
      { path: '/src/hull.cpp', beside: ['/src/CMakeLists.txt'] },
      { path: '/app/main.c' },
      { path: '/src/data/map.json', beside: ['/src/CMakeLists.txt', '/src/build/CMakeCache.txt'] },
      {
        path: '/usr/local/bundle/gems/x-1.0/ext/x.c',
        beside: ['/usr/local/bundle/gems/x-1.0/ext/x.o'],
      },
      { path: '/src/build/app', beside: ['/src/build/CMakeCache.txt'] },
      // a program that is started from its build tree loads them
      { path: '/src/build/_deps/fmt-build/libfmt.so.11.0.2', beside: ['/src/build/CMakeCache.txt'] },
      {
        path: '/src/build/_deps/icu-src/data/icudt.dat',
        beside: ['/src/CMakeLists.txt', '/src/build/CMakeCache.txt'],
      },
      { path: '/app/node_modules/bcrypt/build/Release/bcrypt_lib.node' },
      { path: '/usr/share/bpf/probe.bpf.o', beside: ['/usr/share/bpf/probe.bpf.c'] },
      { path: '/usr/local/lib/crt1.o' },
      { path: '/app/model.o' },
    ],
  },
}
