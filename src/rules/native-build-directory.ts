import { parentOf } from '../path-parts.ts'
import { compilesAtRunTime } from './compiles-at-run-time.ts'
import { below, type FileMatcher, isPackagePart, isSystemOwned } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

const CMAKE =
  /(^|\/)CMakeFiles\/|(^|\/)_deps\/|^(CMakeCache\.txt|compile_commands\.json|build\.ninja|CTestTestfile\.cmake|install_manifest\.txt)$|(^|\/)(cmake_install\.cmake|Makefile)$|^\.ninja_(deps|log)$|\.(o|obj|gch|pch)$/
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

interface Tree {
  readonly root: string
  readonly holds: RegExp
}

const buildTrees = (image: RuleImage): Tree[] =>
  [
    ...image.named('CMakeCache.txt').map(path => ({ root: parentOf(path), holds: CMAKE })),
    ...image.named('config.status').map(path => ({ root: parentOf(path), holds: CONFIGURE })),
  ].filter(({ root }) => root !== '/')

/** The directories whose sources went into some build trees: their own, or the one above a CMake build directory. */
const sourceRoots = (image: RuleImage, trees: readonly Tree[]): string[] =>
  trees.flatMap(({ root, holds }) => {
    if (holds === CONFIGURE) return [root]
    const above = [root, parentOf(root)].find(each => each !== '/' && image.exists(`${each}/CMakeLists.txt`))
    return above === undefined ? [] : [above]
  })

const matcher = (image: RuleImage): FileMatcher => {
  const trees = buildTrees(image)
  const sources = sourceRoots(image, trees)
  return ({ path, owner }) => {
    if (isSystemOwned(owner)) return null
    for (const { root, holds } of trees) {
      const rest = below(root, path)
      if (rest !== null && holds.test(rest)) return { subject: root }
    }
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
    const root = sources.find(each => below(each, path) !== null)
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
      { path: '/app/node_modules/bcrypt/build/Release/bcrypt_lib.node' },
      { path: '/usr/share/bpf/probe.bpf.o', beside: ['/usr/share/bpf/probe.bpf.c'] },
      { path: '/usr/local/lib/crt1.o' },
      { path: '/app/model.o' },
    ],
  },
}
