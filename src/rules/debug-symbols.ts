import { isPackagePart } from './match.ts'
import type { Rule } from './rule.ts'

const PACKAGE = /-(dbg|dbgsym|debuginfo|debugsource)(:\w+)?$/
/** `.debug` beside a library as `objcopy --only-keep-debug` makes it, and whole trees of them. */
const FILE = /\.(debug|dbg)$|\.dSYM\//

export const debugSymbols: Rule = {
  id: 'debug-symbols',
  category: 'debug',
  title: 'Debug symbols',
  why: 'A debugger reads them; a program runs without them.',
  fix: 'Keep them out of the final stage: leave out `-dbg` packages, build with `strip`, and store symbols beside your release.',
  matchPackage: ({ name }) => (PACKAGE.test(name) ? { role: 'build' } : null),
  matchFile:
    () =>
    ({ path, owner, sizeBytes }) => {
      if (owner) return null
      if (path.startsWith('/usr/lib/debug/')) return { subject: '/usr/lib/debug' }
      if (path.endsWith('.pdb') && sizeBytes > 0 && !isPackagePart(path)) {
        const reason = '.NET shows line numbers in stack traces only with these symbols.'
        return { subject: path.slice(0, path.lastIndexOf('/')) || '/', certainty: 'hint', reason }
      }
      if (!FILE.test(path) || isPackagePart(path)) return null
      return { subject: path.slice(0, path.lastIndexOf('/')) || '/' }
    },
  examples: {
    finds: [
      { package: { name: 'libc6-dbg', section: 'debug' }, subject: 'libc6-dbg', certainty: 'leftover' },
      { package: { name: 'musl-dbg', manager: 'apk', section: null } },
      { path: '/usr/lib/debug/.build-id/ab/cdef.debug', subject: '/usr/lib/debug', certainty: 'leftover' },
      { path: '/usr/local/lib/libfoo.so.1.debug', subject: '/usr/local/lib' },
      { path: '/app/App.pdb', certainty: 'hint' },
    ],
    ignores: [
      { path: '/usr/lib/debug/.dwz/x.debug', owner: { name: 'libfoo1' } },
      { path: '/app/node_modules/debug/src/index.js' },
      { path: '/app/config.debug.yml' },
      { path: '/app/node_modules/x/y.debug' },
      { package: { name: 'node-debug', section: 'javascript' } },
      { package: { name: 'libdebuginfod1', section: 'libs' } },
    ],
  },
}
