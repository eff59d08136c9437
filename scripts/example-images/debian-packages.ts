/** The packages of the made-up `python:3.11-slim`, and the runtime library that the example's base branch adds. */
import { type MadePackage, many } from './packages.ts'

const lib = '/usr/lib/x86_64-linux-gnu'
const gcc = '12.2.0-14'
const glibc = '2.36-9'

export const systemPackages: readonly MadePackage[] = [
  {
    name: 'base-files',
    version: '12.4',
    section: 'admin',
    priority: 'required',
    essential: true,
    files: { '/etc/debian_version': 5, ...many('/usr/share/common-licenses', 'txt', 12, 180_224) },
  },
  {
    name: 'bash',
    version: '5.2.15-2',
    section: 'shells',
    priority: 'required',
    essential: true,
    depends: 'libc6 (>= 2.36), libtinfo6 (>= 6)',
    files: { '/bin/bash': 1_265_648 },
  },
  {
    name: 'coreutils',
    version: '9.1-1',
    section: 'utils',
    priority: 'required',
    essential: true,
    files: {
      '/bin/cat': 44_016,
      '/bin/cp': 151_152,
      '/bin/dd': 89_064,
      '/bin/df': 97_224,
      '/bin/ls': 151_344,
      '/bin/mv': 142_968,
      '/usr/bin/sort': 109_616,
      '/usr/bin/stat': 89_032,
      '/usr/bin/tr': 52_176,
    },
  },
  {
    name: 'dpkg',
    version: '1.21.22',
    section: 'admin',
    priority: 'required',
    essential: true,
    depends: 'tar (>= 1.28)',
    files: { '/usr/bin/dpkg': 318_176, '/usr/bin/dpkg-deb': 154_144, '/usr/bin/dpkg-query': 150_096 },
  },
  {
    name: 'apt',
    version: '2.6.1',
    section: 'admin',
    priority: 'important',
    depends: 'libapt-pkg6.0 (>= 2.6.1)',
    files: { '/usr/bin/apt-get': 51_592, '/usr/bin/apt-cache': 88_376, '/usr/lib/apt/methods/http': 125_176 },
  },
  {
    name: 'gcc-12-base',
    version: gcc,
    section: 'libs',
    files: { '/usr/share/doc/gcc-12-base/copyright': 64_720 },
  },
  {
    name: 'libapt-pkg6.0',
    version: '2.6.1',
    section: 'libs',
    depends: 'libc6 (>= 2.34), libstdc++6 (>= 11)',
    files: { [`${lib}/libapt-pkg.so.6.0.0`]: 2_061_352 },
  },
  {
    name: 'libc-bin',
    version: glibc,
    section: 'libs',
    priority: 'required',
    essential: true,
    depends: 'libc6 (>> 2.36)',
    files: { '/sbin/ldconfig': 925_616, '/usr/bin/iconv': 64_352, '/usr/bin/localedef': 318_752 },
  },
  {
    name: 'libc6',
    version: glibc,
    section: 'libs',
    depends: 'libgcc-s1, libcrypt1 (>= 1:4.4.10-10~)',
    files: {
      '/lib/x86_64-linux-gnu/libc.so.6': 1_922_136,
      '/lib/x86_64-linux-gnu/libm.so.6': 907_784,
      '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2': 210_968,
    },
  },
  {
    name: 'libcrypt1',
    version: '1:4.4.33-2',
    section: 'libs',
    depends: 'libc6 (>= 2.36)',
    files: { '/lib/x86_64-linux-gnu/libcrypt.so.1.1.0': 206_776 },
  },
  {
    name: 'libgcc-s1',
    version: gcc,
    section: 'libs',
    depends: 'gcc-12-base (= 12.2.0-14), libc6 (>= 2.35)',
    files: { '/lib/x86_64-linux-gnu/libgcc_s.so.1': 125_312 },
  },
  {
    name: 'libstdc++6',
    version: gcc,
    section: 'libs',
    depends: 'gcc-12-base (= 12.2.0-14), libc6 (>= 2.36), libgcc-s1 (>= 4.2)',
    files: { [`${lib}/libstdc++.so.6.0.30`]: 2_190_440 },
  },
  {
    name: 'libtinfo6',
    version: '6.4-4',
    section: 'libs',
    depends: 'libc6 (>= 2.33)',
    files: { '/lib/x86_64-linux-gnu/libtinfo.so.6.4': 216_368 },
  },
  {
    name: 'perl-base',
    version: '5.36.0-7',
    section: 'perl',
    priority: 'required',
    essential: true,
    depends: 'libc6 (>= 2.35), libcrypt1',
    files: { '/usr/bin/perl': 3_788_152, ...many(`${lib}/perl-base`, 'pm', 24, 912_380) },
  },
  {
    name: 'tar',
    version: '1.34+dfsg-1.2',
    section: 'utils',
    priority: 'required',
    essential: true,
    files: { '/bin/tar': 531_984 },
  },
  {
    name: 'zlib1g',
    version: '1:1.2.13.dfsg-1',
    section: 'libs',
    depends: 'libc6 (>= 2.14)',
    files: { '/lib/x86_64-linux-gnu/libz.so.1.2.13': 121_280 },
  },
]

export const imagePackages: readonly MadePackage[] = [
  {
    name: 'ca-certificates',
    version: '20230311',
    section: 'misc',
    architecture: 'all',
    files: { '/etc/ssl/certs/ca-certificates.crt': 216_591 },
  },
  {
    name: 'libsqlite3-0',
    version: '3.40.1-2',
    section: 'libs',
    depends: 'libc6 (>= 2.34)',
    files: { [`${lib}/libsqlite3.so.0.8.6`]: 1_437_848 },
  },
  {
    name: 'libssl3',
    version: '3.0.17-1',
    section: 'libs',
    depends: 'libc6 (>= 2.34)',
    files: { [`${lib}/libcrypto.so.3`]: 4_734_232, [`${lib}/libssl.so.3`]: 688_160 },
  },
]

/** The database driver's library, needed at run time. */
export const clientPackages: readonly MadePackage[] = [
  {
    name: 'mysql-common',
    version: '5.8+1.1.0',
    section: 'database',
    architecture: 'all',
    files: { '/etc/mysql/my.cnf.fallback': 839, '/etc/mysql/conf.d/mysql.cnf': 8 },
  },
  {
    name: 'mariadb-common',
    version: '1:10.11.14-0',
    section: 'database',
    architecture: 'all',
    depends: 'mysql-common',
    files: { '/etc/mysql/mariadb.cnf': 1_126, '/usr/share/doc/mariadb-common/copyright': 38_379 },
  },
  {
    name: 'libmariadb3',
    version: '1:10.11.14-0',
    section: 'libs',
    depends: 'mariadb-common, libc6 (>= 2.34), libssl3 (>= 3.0.0), zlib1g (>= 1:1.1.4)',
    files: {
      [`${lib}/libmariadb.so.3`]: 337_304,
      [`${lib}/libmariadb3/plugin/client_ed25519.so`]: 70_552,
      [`${lib}/libmariadb3/plugin/dialog.so`]: 14_296,
    },
  },
]
