import { below, commandRuns, isSharedPrefix, rootsOfTool } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

const DEBIAN =
  /^(build-essential|crossbuild-essential-\w+|make|bmake|make-guile|cmake|cmake-(data|curses-gui|qt-gui|extras)|extra-cmake-modules|ninja-build|meson|scons|autoconf(2\.\d+|-archive)?|automake(-?1\.\d+)?|autotools-dev|libtool(-bin)?|autopoint|gettext-doc|intltool|m4|bison|byacc|flex|gperf|re2c|ragel|nasm|yasm|swig(\d?\.?\d?)?|pkg-config|pkgconf(-bin)?|dpkg-dev|debhelper|dh-[a-z]+|devscripts|fakeroot|patchelf|ccache|sccache|distcc|bazel|bazel-bootstrap|maven|gradle|ant|ant-optional|sbt|kotlin|protobuf-compiler|protobuf-compiler-grpc|checkinstall|equivs|quilt|.+-build-deps)$/

const ALPINE =
  /^(build-base|alpine-sdk|abuild|make|cmake|samurai|ninja|ninja-build|ninja-is-really-ninja|meson|scons|autoconf|automake|libtool|m4|bison|flex|gperf|re2c|ragel|nasm|yasm|swig|pkgconf|pkgconfig|patchelf|ccache|dpkg-dev|fortify-headers|protoc|maven|gradle|apache-ant|fakeroot)$/

/** Of rpm and pacman, beside the names that they share with Debian. */
const OTHERS =
  /^(rpm-build|redhat-rpm-config|rpmdevtools|rpmlint|mock|dwz|debugedit|.+-(srpm|rpm)-macros|pkgconf-pkg-config|autoconf\d+|automake\d+|ninja|base-devel|apache-maven|patterns-devel-.+|patterns-base-devel_.+)$/

/** Debian's helpers of the above, here only because of them. */
const SUPPORT =
  /^(libdpkg-perl|libfakeroot|libfile-fcntllock-perl|libalgorithm-(diff|diff-xs|merge)-perl|librhash0|dh-elpa-helper|libsigsegv2|libfl2|libmaven3-core-java|libgradle-(core|plugins)-java|groovy|po-debconf|perl|perl-modules-5\.\d+|libperl5\.\d+|libgdbm-compat4|libpkgconf\d*|pkgconf-m4|cmake-filesystem|perl-[A-Z]\w+(-.+)?)$/

const MAYBE = new Map([
  ['patch', 'Some programs call `patch` at run time.'],
  ['composer', 'Some start scripts call it; what it installed runs without it.'],
  ['gettext', 'It holds `envsubst`, which start scripts like to call; `gettext-base` holds that alone.'],
])

/** Tools that come as one directory, and what of it proves them. */
const TREES: readonly { readonly tool: string; readonly proof: string }[] = [
  { tool: 'mvn', proof: 'boot' },
  { tool: 'gradle', proof: 'lib/plugins' },
  { tool: 'ant', proof: 'lib/ant.jar' },
  { tool: 'sbt', proof: 'bin/sbt-launch.jar' },
  { tool: 'kotlinc', proof: 'lib/kotlin-compiler.jar' },
]

const findTrees = (image: RuleImage): string[] =>
  rootsOfTool(image, ...TREES.map(({ tool }) => tool)).filter(
    root =>
      !isSharedPrefix(image, root) &&
      TREES.some(
        ({ tool, proof }) => image.exists(`${root}/bin/${tool}`) && image.exists(`${root}/${proof}`),
      ),
  )

/** CMake by its modules: `ROOT/share/cmake-3.27/Modules/CMakeCInformation.cmake`. */
const findCmake = (image: RuleImage): { root: string; share: string; isShared: boolean }[] =>
  image.named('CMakeCInformation.cmake').flatMap(path => {
    const [, root, share] = /^(.*)\/(share\/cmake(?:-[\d.]+)?)\/Modules\/[^/]+$/.exec(path) ?? []
    return root !== undefined && share ? [{ root, share, isShared: isSharedPrefix(image, root) }] : []
  })

export const buildTools: Rule = {
  id: 'build-tools',
  category: 'build-tool',
  title: 'Build tools',
  why: 'Build tools steer a build; the result of the build does not need them.',
  fix: 'Run the build in its own stage, install the tools there, and `COPY --from` only the result.',
  matchPackage: ({ manager, name }) => {
    if ((manager === 'apk' ? ALPINE : DEBIAN).test(name)) return { role: 'build' }
    if (manager !== 'dpkg' && manager !== 'apk' && OTHERS.test(name)) return { role: 'build' }
    if (SUPPORT.test(name)) return { role: 'support' }
    const hint = MAYBE.get(name)
    return hint === undefined ? null : { role: 'maybe', hint }
  },
  matchFile: image => {
    const trees = findTrees(image)
    const cmakes = findCmake(image)
    if (trees.length + cmakes.length === 0) return null
    return ({ path, owner }) => {
      if (owner) return null
      const tree = trees.find(root => below(root, path) !== null)
      if (tree !== undefined) return { subject: tree }
      for (const { root, share, isShared } of cmakes) {
        const rest = below(root, path)
        if (rest === null) continue
        if (!isShared) return { subject: root }
        if (rest.startsWith(`${share}/`) || /^bin\/(cmake|ctest|cpack|ccmake|cmake-gui)$/.test(rest))
          return { subject: `${root}/${share}` }
      }
      return null
    }
  },
  wanted: image =>
    commandRuns(
      image,
      'make',
      'cmake',
      'ctest',
      'ninja',
      'meson',
      'mvn',
      'mvnw',
      'gradle',
      'gradlew',
      'ant',
      'sbt',
      'bazel',
    ),
  examples: {
    finds: [
      { package: { name: 'make', section: 'devel' }, subject: 'make', certainty: 'leftover' },
      { package: { name: 'pkg-config', section: 'devel' } },
      { package: { name: 'm4', section: 'interpreters' } },
      { package: { name: 'dpkg-dev', section: 'utils' } },
      { package: { name: 'automake', section: 'devel' } },
      { package: { name: 'build-base', manager: 'apk', section: null } },
      { package: { name: 'app-build-deps', section: 'devel' } },
      { package: { name: 'redhat-rpm-config', manager: 'rpm', section: null } },
      // dpkg-dev brought it in, and nothing else uses it
      {
        package: { name: 'perl', section: 'perl', requested: false },
        packages: [{ name: 'dpkg-dev', depends: [['perl']] }],
      },
      { package: { name: 'patch', section: 'vcs' }, certainty: 'hint' },
      { package: { name: 'make' }, command: ['make', 'serve'], certainty: 'hint' },
      {
        package: { name: 'make' },
        command: ['/bin/sh', '-c', 'cd /app && exec make serve'],
        certainty: 'hint',
      },
      {
        package: { name: 'libdpkg-perl', section: 'perl', requested: false },
        packages: [{ name: 'dpkg-dev', depends: [['libdpkg-perl']] }],
      },
      {
        package: { name: 'libpkgconf3', section: 'libs', requested: false },
        packages: [{ name: 'pkgconf-bin', requested: false, depends: [['libpkgconf3']] }],
        certainty: 'leftover',
      },
      { package: { name: 'composer', section: 'php' }, certainty: 'hint' },
      {
        path: '/usr/share/maven/lib/maven-core-3.9.9.jar',
        beside: ['/usr/share/maven/bin/mvn', '/usr/share/maven/boot/plexus-classworlds-2.8.0.jar'],
        subject: '/usr/share/maven',
      },
      {
        path: '/opt/gradle/lib/gradle-core-8.10.jar',
        beside: ['/opt/gradle/bin/gradle', '/opt/gradle/lib/plugins/x.jar'],
      },
      {
        path: '/usr/local/bin/ctest',
        beside: ['/usr/local/share/cmake-3.27/Modules/CMakeCInformation.cmake'],
        subject: '/usr/local/share/cmake-3.27',
      },
      {
        path: '/opt/cmake/bin/x',
        beside: ['/opt/cmake/share/cmake-3.27/Modules/CMakeCInformation.cmake'],
        subject: '/opt/cmake',
      },
      // of an environment only what is CMake's
      {
        path: '/opt/conda/bin/cmake',
        beside: [
          '/opt/conda/conda-meta/history',
          '/opt/conda/share/cmake-3.27/Modules/CMakeCInformation.cmake',
        ],
        subject: '/opt/conda/share/cmake-3.27',
      },
    ],
    ignores: [
      { package: { name: 'makedev', section: 'admin' } },
      { package: { name: 'git', section: 'vcs' } },
      { package: { name: 'curl', section: 'web' } },
      {
        package: { name: 'perl', section: 'perl', requested: false },
        packages: [
          { name: 'dpkg-dev', depends: [['perl']] },
          { name: 'exim4', depends: [['perl']] },
        ],
      },
      { package: { name: 'desktop-file-utils', section: 'devel' } },
      { package: { name: 'distro-info-data', section: 'devel' } },
      { package: { name: '.python-rundeps', manager: 'apk', section: null } },
      {
        package: { name: 'libdpkg-perl', section: 'perl', requested: true },
        packages: [{ name: 'dpkg-dev', depends: [['libdpkg-perl']] }],
      },
      {
        path: '/usr/local/bin/server',
        beside: ['/usr/local/share/cmake-3.27/Modules/CMakeCInformation.cmake'],
      },
      {
        path: '/opt/conda/lib/libtorch_cuda.so',
        beside: [
          '/opt/conda/conda-meta/history',
          '/opt/conda/share/cmake-3.27/Modules/CMakeCInformation.cmake',
        ],
      },
      {
        path: '/app/.pixi/envs/default/bin/python3.12',
        beside: [
          '/app/.pixi/envs/default/bin/python3',
          '/app/.pixi/envs/default/share/cmake-3.27/Modules/CMakeCInformation.cmake',
        ],
      },
      {
        path: '/opt/venv/bin/gunicorn',
        beside: ['/opt/venv/pyvenv.cfg', '/opt/venv/share/cmake-3.27/Modules/CMakeCInformation.cmake'],
      },
      {
        path: '/opt/conda/lib/libtorch_cuda.so',
        beside: ['/opt/conda/conda-meta/history', '/opt/conda/bin/mvn', '/opt/conda/boot/x.jar'],
      },
      { path: '/app/bin/mvn' },
      { path: '/app/Makefile' },
    ],
  },
}
