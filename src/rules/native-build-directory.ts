import { below, type FileMatcher, isSystemOwned, parentOf } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

const CMAKE =
  /(^|\/)CMakeFiles\/|(^|\/)_deps\/|^(CMakeCache\.txt|cmake_install\.cmake)$|^\.ninja_(deps|log)$|\.(o|obj|gch|pch)$/
const CONFIGURE =
  /^config\.(log|status)$|^autom4te\.cache\/|\.(o|lo)$|(^|\/)\.libs\/[^/]+\.(o|lai)$|(^|\/)\.deps\//
/** Of node-gyp and of Python's distutils: the finished module lies elsewhere. */
const ADD_ON =
  /^(.*\/node_modules\/.+\/build\/(?:Release|Debug))\/(?:obj\.target|\.deps)\/|^(.*\/build\/temp\.[^/]+)\//
/** Programs load these: BPF code, and what links itself at run time. */
const LOADED = /\.bpf\.o$|\/bpf\/|\/(ghc|rustlib|gcc)[^/]*\//
const SOURCE_ENDINGS = ['.c', '.cc', '.cpp', '.cxx', '.S', '.s', '.f90', '.f']

const matcher = (image: RuleImage): FileMatcher => {
  const trees = [
    ...image.named('CMakeCache.txt').map(path => ({ root: parentOf(path), holds: CMAKE })),
    ...image.named('config.status').map(path => ({ root: parentOf(path), holds: CONFIGURE })),
  ]
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
    if (!path.endsWith('.o') || LOADED.test(path)) return null
    const stem = path.slice(0, -2)
    return SOURCE_ENDINGS.some(ending => image.exists(stem + ending)) ? { subject: parentOf(path) } : null
  }
}

export const nativeBuildDirectory: Rule = {
  id: 'native-build-directory',
  category: 'build-output',
  title: 'Build directories and objects',
  why: 'Objects that were linked into a program, and the notes of the tools that made them.',
  fix: 'Build in its own stage and `COPY --from` what `make install` or `cmake --install` put in place, not the tree.',
  matchFile: matcher,
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
    ],
    ignores: [
      { path: '/src/autom4te.cache/output.0' },
      { path: '/src/build/Makefile', beside: ['/src/build/CMakeCache.txt'] },
      { path: '/src/build/app', beside: ['/src/build/CMakeCache.txt'] },
      { path: '/app/node_modules/bcrypt/build/Release/bcrypt_lib.node' },
      { path: '/usr/share/bpf/probe.bpf.o', beside: ['/usr/share/bpf/probe.bpf.c'] },
      { path: '/usr/local/lib/crt1.o' },
      { path: '/app/model.o' },
    ],
  },
}
