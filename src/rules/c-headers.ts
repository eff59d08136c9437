import { compilesAtRunTime } from './compiles-at-run-time.ts'
import { below } from './match.ts'
import type { Rule } from './rule.ts'

/** `libssl-dev`, `postgresql-server-dev-15`, `cuda-cudart-dev-12-2`, `python3.11-dev`, and what they are split into. */
const DEVELOPMENT = /-dev(-[\d.-]+)?$/
const SPLIT =
  /-dev-(bin|common|compat|data|tools|qt\d)$|-dev-[\w-]+-cross$|^(libc-dev-bin|libc-devtools|xcb-proto|xorg-sgml-doctools|libc6-dev-(i386|x32|amd64))$/
/** By name only in Debian's section of development libraries: `python3-django-cors-headers` is a web component. */
const LIBDEVEL = /-(headers|multidev|arch-config|pic)$|^wayland-protocols$/
const KERNEL = /^linux-(headers|kbuild)-|^linux-headers$/
/** `Group:` says nothing (it calls `libuuid` a development library): the name decides. */
const RPM =
  /-(devel|static|headers|devel-static)(-\d[\d.]*)?(\.\w+)?$|^(kernel|glibc|linux-glibc)-(headers|devel)(-x86)?$|^libxcrypt-devel$/
const SUPPORT = /^(rpcsvc-proto|libpng-tools|libdeflate-tools|icu-devtools)$/

const ROOTS = ['/usr/include', '/usr/local/include']

export const cHeaders: Rule = {
  id: 'c-headers',
  category: 'headers',
  title: 'Headers and development packages',
  why: 'A compiler reads them when it builds against a library; a built program needs only the library itself.',
  fix: 'Install `libX-dev` in a build stage; the final stage needs only the run-time library that it depends on.',
  matchPackage: ({ manager, name, section }) => {
    if (manager === 'dpkg' && KERNEL.test(name)) return { role: 'build' }
    if (manager === 'apk' && (name === 'linux-headers' || name === 'fortify-headers'))
      return { role: 'build' }
    if (DEVELOPMENT.test(name)) return { role: 'build' }
    if (manager === 'rpm') return RPM.test(name) ? { role: 'build' } : null
    if (manager === 'pacman') return /^linux(-\w+)?-headers$/.test(name) ? { role: 'build' } : null
    if (manager === 'apk') return null
    if (SPLIT.test(name) || (section === 'libdevel' && LIBDEVEL.test(name))) return { role: 'build' }
    // some of what Debian files here is run-time data: only what came along with development packages goes
    return SUPPORT.test(name) || section === 'libdevel' ? { role: 'support' } : null
  },
  matchFile: image => {
    const roots = ROOTS.filter(root => image.exists(root))
    if (roots.length === 0) return null
    return ({ path, owner }) => {
      const subject = owner ? undefined : roots.find(root => below(root, path) !== null)
      if (subject === undefined) return null
      // pyconfig.h is read by sysconfig: these headers belong to the interpreter beside them
      const python = /^python\d\.\d+/.exec(below(subject, path)!)?.[0]
      if (python !== undefined && image.exists(`${subject.replace(/include$/, 'bin')}/${python}`)) return null
      return { subject }
    }
  },
  wanted: compilesAtRunTime,
  examples: {
    finds: [
      { package: { name: 'libssl-dev', section: 'libdevel' }, subject: 'libssl-dev', certainty: 'leftover' },
      { package: { name: 'default-libmysqlclient-dev', section: 'database' } },
      { package: { name: 'python3-dev', section: 'python' } },
      { package: { name: 'x11proto-dev', section: 'x11' } },
      { package: { name: 'libc-dev-bin', section: 'libdevel' } },
      { package: { name: 'postgresql-server-dev-15', section: 'libdevel' } },
      { package: { name: 'libmagickcore-6-headers', section: 'libdevel' } },
      {
        package: { name: 'rpcsvc-proto', section: 'libs', requested: false },
        packages: [{ name: 'libc6-dev', section: 'libdevel', depends: [['rpcsvc-proto']] }],
        certainty: 'leftover',
      },
      // Debian's npm needs node-gyp, which needs them
      {
        package: { name: 'libnode-dev', section: 'libdevel', requested: false },
        packages: [
          { name: 'npm', depends: [['node-gyp']] },
          { name: 'node-gyp', requested: false, depends: [['libnode-dev']] },
        ],
        certainty: 'hint',
      },
      { package: { name: 'musl-dev', manager: 'apk', section: null } },
      { package: { name: 'linux-headers', manager: 'apk', section: null } },
      { package: { name: 'openssl-devel', manager: 'rpm', section: null } },
      // rpm keeps no record of what was asked for: what only build packages brought in speaks for nothing
      {
        package: { name: 'perl-devel', manager: 'rpm', section: null, requested: null },
        packages: [
          {
            name: 'redhat-rpm-config',
            manager: 'rpm',
            requested: null,
            depends: [['perl-ExtUtils-MakeMaker']],
          },
          { name: 'perl-ExtUtils-MakeMaker', manager: 'rpm', requested: null, depends: [['perl-devel']] },
        ],
        certainty: 'leftover',
      },
      {
        package: { name: 'libxcrypt-devel', manager: 'rpm', section: null, requested: null },
        packages: [{ name: 'app', manager: 'rpm', requested: null, depends: [['libxcrypt-devel']] }],
        certainty: 'hint',
      },
      { package: { name: 'glibc-headers', manager: 'rpm', section: null } },
      { package: { name: 'glibc-static', manager: 'rpm', section: null } },
      {
        path: '/usr/local/include/node/openssl/archs/aix-gcc/asm/include/opensslconf.h',
        subject: '/usr/local/include',
      },
      { path: '/usr/include/mylib.h', subject: '/usr/include' },
      { path: '/usr/local/include/python3.11/Python.h' },
    ],
    ignores: [
      { package: { name: 'libssl3', section: 'libs' } },
      { package: { name: 'libuuid', manager: 'rpm', section: 'Development/Libraries' } },
      { package: { name: 'busybox-static', manager: 'apk', section: null } },
      { package: { name: 'libperl5.36', section: 'libs' } },
      {
        path: '/usr/lib/x86_64-linux-gnu/perl/5.36/CORE/perl.h',
        owner: { name: 'libperl5.36', section: 'libs' },
      },
      { package: { name: 'qtchooser', section: 'libdevel', requested: true } },
      {
        package: { name: 'gambas3-runtime', section: 'libdevel', requested: false },
        packages: [{ name: 'app', depends: [['gambas3-runtime']] }],
      },
      { package: { name: 'python3-django-cors-headers', section: 'python' } },
      { package: { name: 'dev-tools', section: 'misc' } },
      { path: '/usr/local/include/python3.11/pyconfig.h', beside: ['/usr/local/bin/python3.11'] },
      { path: '/usr/local/lib/python3.11/site-packages/numpy/_core/include/numpy/arrayobject.h' },
      { path: '/opt/venv/lib/python3.11/site-packages/torch/include/ATen/ATen.h' },
      { path: '/app/include/config.php' },
    ],
  },
}
