import type { Rule } from './rule.ts'

/** What a package manager would remove with the build packages. */
export const cameAlong: Rule = {
  id: 'came-along',
  category: 'dependencies',
  title: 'Packages that came with build tools',
  why: 'Only build packages brought them in, and no program that was built here is seen to load them.',
  fix: 'Install build packages in a build stage; what they bring along stays there with them.',
  matchPackage: () => ({
    role: 'along',
    hint: 'Only build packages brought it in, and no program outside of packages is seen to load it.',
  }),
  examples: {
    finds: [
      {
        package: { name: 'libuv1', section: 'libs', requested: false },
        packages: [{ name: 'cmake', section: 'devel', depends: [['libuv1']] }],
        subject: 'libuv1',
        certainty: 'hint',
      },
      // by another that came along
      {
        package: { name: 'libxml2', section: 'libs', requested: false },
        packages: [
          { name: 'cmake', section: 'devel', depends: [['libarchive13']] },
          { name: 'libarchive13', requested: false, depends: [['libxml2']] },
        ],
      },
    ],
    ignores: [
      { package: { name: 'libuv1', section: 'libs', requested: true } },
      // nobody brought it, or nobody knows who
      { package: { name: 'libuv1', section: 'libs', requested: false } },
      {
        package: { name: 'libuv', manager: 'rpm', section: null, requested: null },
        packages: [{ name: 'cmake', manager: 'rpm', requested: null, depends: [['libuv']] }],
      },
      {
        package: { name: 'libuv1', section: 'libs', requested: false },
        packages: [
          { name: 'cmake', section: 'devel', depends: [['libuv1']] },
          { name: 'knot', depends: [['libuv1']] },
        ],
      },
      // recommended by something that was asked for
      {
        package: { name: 'libuv1', section: 'libs', requested: false },
        packages: [
          { name: 'cmake', section: 'devel', depends: [['libuv1']] },
          { name: 'knot', recommends: [['libuv1']] },
        ],
      },
      // a program that was built here is linked with it
      {
        package: {
          name: 'libmariadb3',
          section: 'libs',
          requested: false,
          files: ['/usr/lib/x86_64-linux-gnu/libmariadb.so.3'],
        },
        packages: [{ name: 'libmariadb-dev', section: 'libdevel', depends: [['libmariadb3']] }],
        loaded: ['libmariadb.so.3'],
      },
      // so is what that library needs
      {
        package: { name: 'libssl3', section: 'libs', requested: false },
        packages: [
          { name: 'libmariadb-dev', section: 'libdevel', depends: [['libmariadb3']] },
          {
            name: 'libmariadb3',
            requested: false,
            depends: [['libssl3']],
            files: ['/usr/lib/libmariadb.so.3'],
          },
        ],
        loaded: ['libmariadb.so.3'],
      },
      // the command starts it
      {
        package: { name: 'python3.11-minimal', requested: false, files: ['/usr/bin/python3.11'] },
        packages: [{ name: 'python3-dev', section: 'python', depends: [['python3.11-minimal']] }],
        command: ['python3.11', '/app.py'],
      },
    ],
  },
}
