/** Packages for tests: a name and what matters, the rest filled in. */
import type { Package } from '../../src/packages/package.ts'

export const makePackage = (part: Partial<Package> & { readonly name: string }): Package => ({
  manager: 'dpkg',
  version: '1',
  section: 'misc',
  files: [],
  depends: [],
  recommends: [],
  provides: [],
  essential: false,
  requested: true,
  ...part,
})
