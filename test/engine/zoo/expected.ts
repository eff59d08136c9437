/** What has to be found in each image of the zoo, and how to count it without Plimsoll. */

export interface Expected {
  /** For each key, a shell command that lists the files in the container. */
  readonly visible?: Readonly<Record<string, string>>
  /** For each key, what all names of a file match that the finished image hides. */
  readonly hidden?: Readonly<Record<string, RegExp>>
  /** Every blob of the saved image is held to the findings. Always so where something is `hidden`. */
  readonly blobs?: true
  /** Keys that must be among the hints. */
  readonly hints?: readonly string[]
  /** Keys that must not be among the findings. */
  readonly never?: readonly string[]
}

const packages = (rule: string, names: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map(name => [`${rule} ${name}`, `dpkg -L ${name}`]))

/** `rm` of these is what `apt-get dist-clean` does: the signed Release files guard against replayed lists. */
const LISTS = { 'apt-lists /var/lib/apt/lists': "find /var/lib/apt/lists -type f ! -name '*Release*'" }

const COMPILER = packages(
  'c-compiler',
  'gcc-12 cpp-12 binutils-common libgcc-12-dev binutils-x86-64-linux-gnu libasan8 libtsan2 libgprofng0 liblsan0 libubsan1 libbinutils libisl23 libmpfr6 libctf-nobfd0 libctf0 libmpc3 libcc1-0 libitm1 libjansson4 binutils cpp gcc',
)
const LIBC_HEADERS = packages(
  'c-headers',
  'libc6-dev linux-libc-dev libc-dev-bin libnsl-dev libtirpc-dev libcrypt-dev rpcsvc-proto',
)

export const ZOO: Readonly<Record<string, Expected>> = {
  ant: {
    visible: {
      ...packages('build-tools', 'ant'),
      ...packages('jdk', 'openjdk-17-jdk-headless'),
      'java-build-directory /src/build': 'find /src/build -type f ! -name app.jar',
      'java-build-directory /src': 'find /src -name "*.java"',
    },
  },
  'apt-archives': { visible: { 'apt-archives /var/cache/apt': 'find /var/cache/apt -type f' } },
  'apt-clean-only': { visible: LISTS },
  'apt-lists': { visible: LISTS },
  'apt-lists-deleted-later': {
    hidden: { 'apt-lists /var/lib/apt/lists': /^\/var\/lib\/apt\/lists\/(?!.*Release)/ },
  },
  'apt-purged-later': { hidden: { 'build-tools make': /^\/usr\/(bin|include|share|lib)\// } },
  'apt-recommends': {
    visible: { ...LIBC_HEADERS, ...packages('c-headers', 'zlib1g-dev manpages-dev libc-devtools') },
  },
  autotools: {
    visible: {
      // the program, and links to files of automake that are not in the image
      'native-build-directory /src': 'find /src -type f ! -name app',
    },
  },
  'build-tools': { visible: packages('build-tools', 'make m4 pkg-config pkgconf pkgconf-bin libpkgconf3') },
  cargo: {
    visible: {
      'cargo-registry /usr/local/cargo/registry': 'find /usr/local/cargo/registry -type f',
      'rust-build-directory /src/target': 'find /src/target -type f ! -samefile /src/target/release/app',
      'rust-build-directory /src': 'find /src/src -type f',
    },
  },
  ccache: { visible: { 'compiler-cache /root/.cache/ccache': 'find /root/.cache/ccache -type f' } },
  'chmod-recursive': { hidden: { 'layer-waste /app': /^\/app\// } },
  'chown-recursive': { hidden: { 'layer-waste /app': /^\/app\// } },
  cmake: {
    blobs: true,
    visible: {
      'native-build-directory /src/build': 'find /src/build -type f ! -path /src/build/app',
      'native-build-directory /src': 'ls /src/main.c /src/CMakeLists.txt',
    },
  },
  composer: {
    visible: { 'composer-cache /root/.composer/cache': 'find /root/.composer/cache -type f' },
    hints: ['build-tools composer'],
  },
  'copy-with-git': { blobs: true, visible: { 'vcs-data /app/.git': 'find /app/.git -type f' } },
  'deb-in-tmp': {
    blobs: true,
    visible: {
      'installers /tmp/libssl3.deb': 'ls /tmp/libssl3.deb',
      'installers /tmp/perl-base.deb': 'ls /tmp/perl-base.deb',
    },
    hints: ['temporary-files /tmp'],
  },
  'debug-symbols': {
    visible: {
      ...packages('debug-symbols', 'libc6-dbg'),
      'debug-symbols /usr/local/lib': 'ls /usr/local/lib/libhull.so.1.debug',
    },
  },
  'duplicate-tree': { blobs: true, hints: ['duplicate-content /app'] },
  'gcc-apt': { visible: COMPILER, hints: ['c-compiler libgomp1', 'c-compiler libatomic1'] },
  gem: { visible: { 'gem-cache /var/lib/gems/3.1.0/cache': 'find /var/lib/gems/3.1.0/cache -type f' } },
  'git-clone': {
    visible: { 'vcs-data /app/.git': 'find /app/.git -type f' },
    hints: ['fetch-tools git'],
  },
  'go-build': {
    visible: {
      'go-build-cache /root/.cache/go-build': 'find /root/.cache/go-build -type f',
      'go-module-cache /go/pkg/mod': 'find /go/pkg/mod -type f',
    },
  },
  'go-copied': { visible: { 'go-toolchain /usr/local/go': 'find /usr/local/go -type f' } },
  headers: { visible: { 'c-headers /usr/local/include': 'find /usr/local/include -type f' } },
  jdk: {
    visible: {
      // what compiles, packages and documents; what serves a running program is left alone
      'jdk /opt/java/openjdk':
        'find /opt/java/openjdk/include /opt/java/openjdk/man -type f; cd /opt/java/openjdk; for name in lib/src.zip lib/ct.sym bin/javac bin/javadoc bin/javap bin/jdeprscan bin/jdeps bin/jimage bin/jlink bin/jmod bin/jnativescan bin/jpackage bin/jshell; do echo "$PWD/$name"; done',
    },
    hints: ['jdk /opt/java/openjdk/lib/modules'],
  },
  'jdk-apt': { visible: packages('jdk', 'openjdk-17-jdk-headless') },
  'linked-in-place': {
    visible: {
      ...COMPILER,
      ...LIBC_HEADERS,
      ...packages('c-headers', 'libyaml-dev'),
      'native-build-directory /src': 'ls /src/main.c /src/main.o',
    },
    // the program is linked with it, and with nothing else that came along
    never: ['came-along libyaml-0-2'],
    hints: ['came-along libtirpc3'],
  },
  maven: {
    blobs: true,
    visible: {
      'maven-repository /root/.m2': 'find /root/.m2 -type f',
      'java-build-directory /src/target': 'find /src/target -type f ! -name app-1.0.jar',
      'java-build-directory /src': 'find /src/src -type f',
    },
  },
  'mv-across-layers': { hidden: { 'layer-waste /app': /^\/app\// } },
  'npm-cache': { visible: { 'npm-cache /root/.npm': 'find /root/.npm -type f' } },
  'npm-dev-dependencies': {
    blobs: true,
    visible: {
      'node-dev-dependencies /app/node_modules':
        'find /app/node_modules/prettier /app/node_modules/semver -type f',
    },
  },
  overwritten: { hidden: { 'layer-waste /srv/data.bin': /^\/srv\/data\.bin$/ } },
  'pip-cache': {
    visible: { 'pip-cache /root/.cache/pip': 'find /root/.cache/pip -type f ! -path "*/selfcheck/*"' },
  },
  'pip-wheel-compiled': { blobs: true, visible: { ...COMPILER, ...LIBC_HEADERS } },
  pnpm: {
    blobs: true,
    visible: {
      'pnpm-store /root/.local/share/pnpm/store': 'find /root/.local/share/pnpm/store -type f',
      'pnpm-store /root/.cache/pnpm': 'find /root/.cache/pnpm -type f',
    },
  },
  'python3-dev': {
    blobs: true,
    visible: packages(
      'c-headers',
      'libpython3.11-dev libc6-dev linux-libc-dev zlib1g-dev libexpat1-dev libtirpc-dev python3.11-dev libnsl-dev libcrypt-dev rpcsvc-proto python3-dev libc-dev-bin libpython3-dev',
    ),
  },
  'rm-in-a-later-layer': { hidden: { 'layer-waste /srv/data.bin': /^\/srv\/data\.bin$/ } },
  'secret-deleted': { blobs: true, hints: ['secret /app/key.pem'] },
  'secret-kept': { blobs: true, hints: ['secret /app/key.pem'] },
  'static-library': { visible: { 'static-libraries /usr/local/lib': 'ls /usr/local/lib/libz.a' } },
  tarball: { visible: { 'installers /tmp/app-1.2.tar.gz': 'ls /tmp/app-1.2.tar.gz' } },
  'uv-cache': { visible: { 'uv-cache /root/.cache/uv': 'find /root/.cache/uv -type f' } },
  yarn: {
    visible: { 'yarn-cache /usr/local/share/.cache/yarn': 'find /usr/local/share/.cache/yarn -type f' },
  },
}
