import { compilesAtRunTime } from './compiles-at-run-time.ts'
import { below, type FileMatcher, isSharedPrefix, rootsOfTool } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

const TARGET = '[a-z0-9_-]+-(linux-(gnu|musl)\\w*|none-eabi|mingw-w64[\\w-]*)'

/** GCC, binutils and LLVM by the names of Debian's and Alpine's packages. */
const COMPILER = [
  RegExp(
    `^(gcc|g\\+\\+|gobjc|gobjc\\+\\+|gfortran|gdc|gm2|gnat|gccgo|cpp)(-\\d+)?(-(multilib|plugin-dev|locales|doc|source|test-results))?(-${TARGET}|-mingw-w64[\\w-]*)?$`,
  ),
  /^binutils(-.+)?$/,
  // what GCC itself links into a program: start files, libgcc.a, the C++ headers
  /^lib(32|64|x32|n32)?(gcc|stdc\+\+|gfortran|objc|gphobos|go|gm2|hsail-rt)-\d+-(dev|pic)(-[\w-]+-cross)?$/,
  /^(clang|clangd|clang-tools|clang-tidy|clang-format|lld|lldb|llvm)(-?\d+)?(-(dev|tools|runtime|linker-tools|static|extra-tools|analyzer|headers|rtlib|test-utils|doc))?$/,
  /^lib(clang(-common|-rt)?|c\+\+(abi)?)(-\d+)?-dev$/,
  /^(gcc-(gdc|gnat|go|objc|doc)|compiler-rt|tcc|libtcc-dev)$/,
  // Fedora, RHEL and SUSE
  /^(gcc-(c\+\+|gfortran|objc|objc\+\+|plugin-devel|plugin-annobin)|annobin(-.+)?|lib(stdc\+\+|gfortran|gomp|asan|ubsan|quadmath)\d*-(devel|static)(-gcc\d+)?|gcc\d+(-c\+\+|-fortran|-PIE|-locale|-info)?|cpp\d+|(gcc-toolset|devtoolset)-\d+(-.+)?|clang-(devel|resource-filesystem|tools-extra)|llvm-(devel|static)|libomp-devel)$/,
]

/** Libraries that the compilers load; `libgcc-s1`, `libstdc++6` and `gcc-12-base` are not among them. */
const SUPPORT =
  /^(libcc1-0|libisl\d+|libmpc3|libmpfr6|libjansson4|libctf0|libctf-nobfd0|libbinutils|libgprofng0|libsframe\d+|libasan\d+|libhwasan\d+|libtsan\d+|liblsan\d+|libubsan\d+|libitm\d+|libllvm\d+|libclang-cpp\d+|libclang1-\d+|libz3-\d+|isl\d+|mpc1|mpfr\d+|jansson|llvm\d+-libs|clang\d+-(libs|libclang))$/

/** Programs that were built by it may need these. */
const MAYBE_LINKED = /^(libgomp1|libatomic1|libquadmath0|libgomp|libatomic|libquadmath)$/

const BIN =
  /^(gcc|g\+\+|c\+\+|cpp|gfortran|gcc-ar|gcc-nm|gcc-ranlib|gcov|gcov-dump|gcov-tool|lto-dump|gdc|gnat\w*)(-\d+(\.\d+)*)?$/
const SHARED_LIBRARY = /\.so(\.\d+)*$/

/** A GCC that was built or unpacked by hand, from where `cc1` or `collect2` lies: `PREFIX/libexec/gcc/TARGET/VERSION`. */
const findGcc = (image: RuleImage): FileMatcher[] => {
  const seen = new Map<string, FileMatcher>()
  for (const path of image.named('cc1', 'cc1plus', 'collect2', 'f951', 'lto1')) {
    const [, prefix, folder, target] =
      /^(.*)\/(lib|lib64|libexec)\/gcc\/([^/]+)\/[^/]+\/[^/]+$/.exec(path) ?? []
    if (prefix !== undefined && folder && target)
      seen.set(`${prefix} ${target}`, gccFiles(image, prefix, folder, target))
  }
  return [...seen.values()]
}

const gccFiles = (image: RuleImage, prefix: string, folder: string, target: string): FileMatcher => {
  const subject = isSharedPrefix(image, prefix) ? `${prefix}/${folder}/gcc` : prefix
  return ({ path, owner }) => {
    const rest = owner ? null : below(prefix, path)
    if (rest === null) return null
    const [first = '', second = '', third = ''] = rest.split('/')
    const isTree = /^(lib|lib64|libexec)$/.test(first) && second === 'gcc' && third === target
    // programs that this compiler built may load its libraries; plug-ins are its own
    if (isTree)
      return SHARED_LIBRARY.test(rest) && first !== 'libexec' && !rest.includes('/plugin/')
        ? null
        : { subject }
    const isDriver = first === 'bin' && (second.startsWith(`${target}-`) || BIN.test(second))
    const isHeader = first === 'include' && second === 'c++'
    const isBinutils = first === target && second === 'bin'
    return isDriver || isHeader || isBinutils ? { subject } : null
  }
}

/** An unpacked LLVM release: `ROOT/bin/clang` beside `ROOT/lib/clang`. Its shared libraries may serve programs. */
const findClang = (image: RuleImage): FileMatcher[] =>
  rootsOfTool(image, 'clang')
    .filter(root => image.exists(`${root}/lib/clang`))
    .map(root => {
      const isShared = isSharedPrefix(image, root)
      const subject = isShared ? `${root}/lib/clang` : root
      const own = isShared
        ? /^(lib\/clang\/|bin\/clang)/
        : /^(bin|libexec|include|share|lib\/clang)\/|^lib\/[^/]+\.a$/
      return ({ path, owner }) => {
        const rest = owner ? null : below(root, path)
        return rest !== null && own.test(rest) ? { subject } : null
      }
    })

export const cCompiler: Rule = {
  id: 'c-compiler',
  category: 'compiler',
  title: 'C and C++ compiler',
  why: 'A compiler and its linker build programs; a built program does not need them to run.',
  fix: 'Compile in a build stage and `COPY --from` the result; the final stage installs only the libraries that it loads.',
  matchPackage: ({ name }) =>
    COMPILER.some(pattern => pattern.test(name))
      ? { role: 'build' }
      : SUPPORT.test(name)
        ? { role: 'support' }
        : MAYBE_LINKED.test(name)
          ? {
              role: 'support',
              hint: 'It came with a compiler, but programs that were built here may load it.',
            }
          : null,
  matchFile: image => {
    const trees = [...findGcc(image), ...findClang(image)]
    if (trees.length === 0) return null
    return file => {
      for (const match of trees) {
        const found = match(file)
        if (found) return found
      }
      return null
    }
  },
  wanted: compilesAtRunTime,
  examples: {
    finds: [
      { package: { name: 'gcc-12', section: 'devel' }, subject: 'gcc-12', certainty: 'leftover' },
      { package: { name: 'cpp-12', section: 'interpreters' } },
      { package: { name: 'g++-12-x86-64-linux-gnu', section: 'devel' } },
      { package: { name: 'binutils-x86-64-linux-gnu', section: 'devel' } },
      { package: { name: 'libstdc++-12-dev', section: 'libdevel' } },
      { package: { name: 'clang-14', section: 'devel' } },
      { package: { name: 'g++', manager: 'apk', section: null } },
      { package: { name: 'clang17', manager: 'apk', section: null } },
      { package: { name: 'gcc-c++', manager: 'rpm', section: null } },
      { package: { name: 'libstdc++-devel', manager: 'rpm', section: null } },
      // a library that only the compiler needs
      {
        package: { name: 'libmpc3', section: 'libs', requested: false },
        packages: [{ name: 'cpp-12', depends: [['libmpc3']] }],
        certainty: 'leftover',
      },
      {
        package: { name: 'libmpc3', manager: 'rpm', section: null, requested: null },
        packages: [{ name: 'gcc', manager: 'rpm', requested: null, depends: [['libmpc3']] }],
        certainty: 'hint',
      },
      {
        package: { name: 'libgomp1', section: 'libs', requested: false },
        packages: [{ name: 'libgcc-12-dev', depends: [['libgomp1']] }],
        certainty: 'hint',
      },
      // something that was asked for needs it
      { package: { name: 'gcc-12' }, packages: [{ name: 'dkms', depends: [['gcc-12']] }], certainty: 'hint' },
      {
        package: { name: 'gcc-12' },
        command: ['sh', '-c', 'gcc -o /tmp/a /a.c && /tmp/a'],
        certainty: 'hint',
      },
      {
        package: { name: 'gcc-12' },
        beside: ['/usr/local/lib/python3.12/site-packages/triton'],
        certainty: 'hint',
      },
      // recommended is not needed
      {
        package: { name: 'gcc-12' },
        packages: [{ name: 'python3-pip', recommends: [['gcc-12']] }],
        certainty: 'leftover',
      },
      { path: '/usr/local/libexec/gcc/x86_64-linux-gnu/13.2.0/cc1', subject: '/usr/local/libexec/gcc' },
      {
        path: '/usr/local/lib/gcc/x86_64-linux-gnu/13.2.0/libgcc.a',
        beside: ['/usr/local/libexec/gcc/x86_64-linux-gnu/13.2.0/cc1'],
        subject: '/usr/local/libexec/gcc',
      },
      {
        path: '/opt/cross/bin/aarch64-linux-musl-gcc-13.2.0',
        beside: ['/opt/cross/libexec/gcc/aarch64-linux-musl/13.2.0/collect2'],
        subject: '/opt/cross',
      },
      { path: '/opt/llvm-17/bin/clang-17', beside: ['/opt/llvm-17/bin/clang', '/opt/llvm-17/lib/clang/17'] },
    ],
    ignores: [
      { package: { name: 'gcc-12-base', section: 'libs' } },
      { package: { name: 'libgcc-s1', section: 'libs' } },
      { package: { name: 'libstdc++6', section: 'libs' } },
      { package: { name: 'libgcc', manager: 'apk', section: null } },
      { package: { name: 'libgcc', manager: 'rpm', section: null } },
      { package: { name: 'gcc-libs', manager: 'pacman', section: null } },
      // known by their names are packages of the system, not those of a language
      { package: { name: 'gcc', manager: 'npm', section: null } },
      { package: { name: 'libgomp1', section: 'libs', requested: true } },
      // needed by a program beside the compiler
      {
        package: { name: 'libmpfr6', section: 'libs', requested: false },
        packages: [
          { name: 'cpp-12', depends: [['libmpfr6']] },
          { name: 'gawk', depends: [['libmpfr6']] },
        ],
      },
      // a program may have been linked with it: its headers were installed
      {
        package: { name: 'libmpfr6', section: 'libs', requested: false },
        packages: [
          { name: 'cpp-12', depends: [['libmpfr6']] },
          { name: 'libmpfr-dev', section: 'libdevel', depends: [['libmpfr6']] },
        ],
      },
      {
        package: { name: 'libllvm14', section: 'libs', requested: false },
        packages: [{ name: 'libgl1-mesa-dri', depends: [['libllvm14']] }],
      },
      {
        path: '/opt/conda/bin/python3.12',
        beside: ['/opt/conda/conda-meta/history', '/opt/conda/bin/clang', '/opt/conda/lib/clang/17'],
      },
      {
        path: '/opt/venv/share/jupyter/kernel.json',
        beside: ['/opt/venv/pyvenv.cfg', '/opt/venv/bin/clang', '/opt/venv/lib/clang/17'],
      },
      { path: '/usr/share/gcc/python/libstdcxx/v6/printers.py' },
      { path: '/srv/testdata/gcc-386-freebsd-exec' },
      {
        path: '/usr/local/lib64/libstdc++.so.6.0.32',
        beside: ['/usr/local/libexec/gcc/x86_64-linux-gnu/13.2.0/cc1'],
      },
      {
        path: '/opt/llvm-17/lib/libLLVM-17.so',
        beside: ['/opt/llvm-17/bin/clang', '/opt/llvm-17/lib/clang/17'],
      },
    ],
  },
}
