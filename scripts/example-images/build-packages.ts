/** What `apt-get install gcc default-libmysqlclient-dev make pkg-config` brings besides the driver's library. */
import { type MadePackage, many } from './packages.ts'

const lib = '/usr/lib/x86_64-linux-gnu'
const gccLib = '/usr/lib/gcc/x86_64-linux-gnu/12'
const gcc = '12.2.0-14'
const glibc = '2.36-9'
const binutils = '2.40-2'
const mariadb = '1:10.11.14-0'

const compilers: readonly MadePackage[] = [
  {
    name: 'gcc',
    version: '4:12.2.0-3',
    section: 'devel',
    depends: 'cpp (= 4:12.2.0-3), gcc-12 (>= 12.2.0-1~)',
    files: { '/usr/share/doc/gcc/README.Debian': 2_190 },
    links: { '/usr/bin/gcc': 'gcc-12', '/usr/bin/x86_64-linux-gnu-gcc': 'x86_64-linux-gnu-gcc-12' },
  },
  {
    name: 'gcc-12',
    version: gcc,
    section: 'devel',
    depends:
      'cpp-12 (= 12.2.0-14), gcc-12-base (= 12.2.0-14), libcc1-0 (>= 12.2.0-14), binutils (>= 2.40), libgcc-12-dev (= 12.2.0-14), libc6 (>= 2.36), libisl23 (>= 0.15), libmpc3 (>= 1.1.0), libmpfr6 (>= 3.1.3)',
    files: {
      '/usr/bin/x86_64-linux-gnu-gcc-12': 258_180,
      '/usr/bin/x86_64-linux-gnu-lto-dump-12': 7_986_260,
      [`${gccLib}/lto1`]: 7_987_280,
      [`${gccLib}/collect2`]: 148_520,
      [`${gccLib}/lto-wrapper`]: 226_300,
      [`${gccLib}/liblto_plugin.so`]: 85_240,
    },
    links: { '/usr/bin/gcc-12': 'x86_64-linux-gnu-gcc-12' },
  },
  {
    name: 'cpp',
    version: '4:12.2.0-3',
    section: 'interpreters',
    depends: 'cpp-12 (>= 12.2.0-1~)',
    files: { '/usr/share/doc/cpp/README.Debian': 1_024 },
    links: { '/usr/bin/cpp': 'cpp-12' },
  },
  {
    name: 'cpp-12',
    version: gcc,
    section: 'interpreters',
    depends:
      'gcc-12-base (= 12.2.0-14), libc6 (>= 2.36), libisl23 (>= 0.15), libmpc3 (>= 1.1.0), libmpfr6 (>= 3.1.3)',
    files: { [`${gccLib}/cc1`]: 8_335_640, '/usr/bin/x86_64-linux-gnu-cpp-12': 262_304 },
    links: { '/usr/bin/cpp-12': 'x86_64-linux-gnu-cpp-12' },
  },
  {
    name: 'libgcc-12-dev',
    version: gcc,
    section: 'libdevel',
    depends:
      'gcc-12-base (= 12.2.0-14), libgcc-s1 (>= 12.2.0-14), libgomp1 (>= 12.2.0-14), libasan8 (>= 12.2.0-14), libtsan2 (>= 12.2.0-14)',
    files: {
      [`${gccLib}/libgcc.a`]: 770_192,
      [`${gccLib}/libasan.a`]: 703_972,
      [`${gccLib}/libtsan.a`]: 592_196,
      [`${gccLib}/crtbegin.o`]: 2_488,
      ...many(`${gccLib}/include`, 'h', 60, 920_460),
    },
  },
  {
    name: 'libasan8',
    version: gcc,
    section: 'libs',
    depends: 'gcc-12-base (= 12.2.0-14), libc6 (>= 2.36)',
    files: { [`${lib}/libasan.so.8.0.0`]: 2_049_700 },
  },
  {
    name: 'libtsan2',
    version: gcc,
    section: 'libs',
    depends: 'gcc-12-base (= 12.2.0-14), libc6 (>= 2.36)',
    files: { [`${lib}/libtsan.so.2.0.0`]: 1_997_940 },
  },
  {
    name: 'libgomp1',
    version: gcc,
    section: 'libs',
    depends: 'gcc-12-base (= 12.2.0-14), libc6 (>= 2.36)',
    files: { [`${lib}/libgomp.so.1.0.0`]: 310_232 },
  },
  {
    name: 'libcc1-0',
    version: gcc,
    section: 'libs',
    depends: 'gcc-12-base (= 12.2.0-14), libc6 (>= 2.34)',
    files: { [`${lib}/libcc1.so.0.0.0`]: 125_624 },
  },
  {
    name: 'libisl23',
    version: '0.25-1.1',
    section: 'libs',
    depends: 'libc6 (>= 2.34)',
    files: { [`${lib}/libisl.so.23.2.0`]: 534_968 },
  },
  {
    name: 'libmpc3',
    version: '1.3.1-1',
    section: 'libs',
    depends: 'libc6 (>= 2.14), libmpfr6 (>= 4.0.0)',
    files: { [`${lib}/libmpc.so.3.3.1`]: 117_744 },
  },
  {
    name: 'libmpfr6',
    version: '4.2.0-1',
    section: 'libs',
    depends: 'libc6 (>= 2.36)',
    files: { [`${lib}/libmpfr.so.6.2.0`]: 285_912 },
  },
]

const tools: readonly MadePackage[] = [
  {
    name: 'binutils',
    version: binutils,
    section: 'devel',
    depends: 'binutils-common (= 2.40-2), libbinutils (= 2.40-2), binutils-x86-64-linux-gnu (= 2.40-2)',
    files: { '/usr/share/doc/binutils/copyright': 49_184 },
    links: { '/usr/bin/as': 'x86_64-linux-gnu-as', '/usr/bin/ld': 'x86_64-linux-gnu-ld' },
  },
  {
    name: 'binutils-common',
    version: binutils,
    section: 'devel',
    files: { '/usr/share/bug/binutils/presubj': 1_146 },
  },
  {
    name: 'binutils-x86-64-linux-gnu',
    version: binutils,
    section: 'devel',
    depends: 'binutils-common (= 2.40-2), libbinutils (= 2.40-2), libc6 (>= 2.36)',
    files: {
      '/usr/bin/x86_64-linux-gnu-as': 193_840,
      '/usr/bin/x86_64-linux-gnu-ld.bfd': 431_560,
      '/usr/bin/x86_64-linux-gnu-ld.gold': 784_560,
      '/usr/bin/x86_64-linux-gnu-dwp': 470_180,
      '/usr/bin/x86_64-linux-gnu-objdump': 108_690,
    },
    links: { '/usr/bin/x86_64-linux-gnu-ld': 'x86_64-linux-gnu-ld.bfd' },
  },
  {
    name: 'libbinutils',
    version: binutils,
    section: 'devel',
    depends: 'binutils-common (= 2.40-2), libc6 (>= 2.36)',
    files: { [`${lib}/libbfd-2.40-system.so`]: 378_612, [`${lib}/libopcodes-2.40-system.so`]: 223_980 },
  },
  {
    name: 'make',
    version: '4.3-4.1',
    section: 'devel',
    depends: 'libc6 (>= 2.34)',
    files: { '/usr/bin/make': 250_608 },
  },
  {
    name: 'pkg-config',
    version: '1.8.1-1',
    section: 'oldlibs',
    depends: 'pkgconf (= 1.8.1-1)',
    files: { '/usr/share/doc/pkg-config/copyright': 2_504 },
  },
  {
    name: 'pkgconf',
    version: '1.8.1-1',
    section: 'devel',
    depends: 'pkgconf-bin (= 1.8.1-1), libpkgconf3 (= 1.8.1-1)',
    files: { '/usr/share/pkgconf/personality.d/x86_64-linux-gnu.personality': 240 },
    links: { '/usr/bin/pkg-config': 'pkgconf' },
  },
  {
    name: 'pkgconf-bin',
    version: '1.8.1-1',
    section: 'devel',
    depends: 'libc6 (>= 2.34), libpkgconf3 (>= 1.8.0)',
    files: { '/usr/bin/pkgconf': 43_352 },
  },
  {
    name: 'libpkgconf3',
    version: '1.8.1-1',
    section: 'libs',
    depends: 'libc6 (>= 2.33)',
    files: { [`${lib}/libpkgconf.so.3.0.0`]: 76_984 },
  },
]

const libraries: readonly MadePackage[] = [
  {
    name: 'libc6-dev',
    version: glibc,
    section: 'libdevel',
    depends: 'libc6 (= 2.36-9), libc-dev-bin (= 2.36-9), linux-libc-dev, libcrypt-dev',
    files: {
      [`${lib}/libc.a`]: 1_363_148,
      [`${lib}/libm-2.36.a`]: 576_970,
      [`${lib}/libmvec.a`]: 437_626,
      [`${lib}/crt1.o`]: 1_736,
      ...many('/usr/include', 'h', 70, 1_120_340),
      ...many('/usr/include/x86_64-linux-gnu/bits', 'h', 50, 410_220),
    },
  },
  {
    name: 'libc-dev-bin',
    version: glibc,
    section: 'libdevel',
    depends: 'libc6 (>> 2.36)',
    files: { '/usr/bin/gencat': 27_024, '/usr/bin/rpcgen': 18_232 },
  },
  {
    name: 'libcrypt-dev',
    version: '1:4.4.33-2',
    section: 'libdevel',
    depends: 'libcrypt1 (= 1:4.4.33-2)',
    files: { [`${lib}/libcrypt.a`]: 240_558, '/usr/include/crypt.h': 9_330 },
  },
  {
    name: 'linux-libc-dev',
    version: '6.1.153-1',
    section: 'devel',
    files: many('/usr/include/linux', 'h', 120, 1_760_480),
  },
  {
    name: 'libssl-dev',
    version: '3.0.17-1',
    section: 'libdevel',
    depends: 'libssl3 (= 3.0.17-1)',
    files: {
      [`${lib}/libcrypto.a`]: 2_281_698,
      [`${lib}/libssl.a`]: 318_452,
      ...many('/usr/include/openssl', 'h', 50, 640_780),
    },
  },
  {
    name: 'zlib1g-dev',
    version: '1:1.2.13.dfsg-1',
    section: 'libdevel',
    depends: 'zlib1g (= 1:1.2.13.dfsg-1), libc6-dev',
    files: { [`${lib}/libz.a`]: 149_382, '/usr/include/zlib.h': 97_323 },
  },
  {
    name: 'libmariadb-dev',
    version: mariadb,
    section: 'libdevel',
    depends: 'libmariadb3 (= 1:10.11.14-0), libssl-dev, zlib1g-dev, libc6-dev',
    files: {
      [`${lib}/libmariadbclient.a`]: 641_204,
      '/usr/bin/mariadb_config': 23_320,
      ...many('/usr/include/mariadb', 'h', 30, 242_260),
    },
  },
  {
    name: 'libmariadb-dev-compat',
    version: mariadb,
    section: 'libdevel',
    depends: 'libmariadb-dev (= 1:10.11.14-0)',
    files: { [`${lib}/pkgconfig/mysqlclient.pc`]: 1_024 },
    links: { '/usr/include/mysql': 'mariadb', '/usr/bin/mysql_config': 'mariadb_config' },
  },
  {
    name: 'default-libmysqlclient-dev',
    version: '1.1.0',
    section: 'database',
    depends: 'libmariadb-dev-compat, libmariadb-dev',
    files: { '/usr/share/doc/default-libmysqlclient-dev/copyright': 1_320 },
  },
]

export const buildPackages: readonly MadePackage[] = [...compilers, ...tools, ...libraries]
