/** Node packages as owners: the folders that stand directly in a `node_modules`, with all that is nested in them. */
import { type NodeModule, readNodeTrees } from './node-lockfile.ts'
import type { Package } from './package.ts'

/**
 * One package for each folder that npm's hidden lockfile names and that is in no other package's folder; two projects
 * may hold the same one. yarn and pnpm do not say what is where, so their packages are not known.
 */
export const readNpm = (bodies: ReadonlyMap<string, Buffer>): Package[] =>
  readNodeTrees(bodies).flatMap(({ path: tree, modules }) => {
    const project = tree.slice(0, tree.lastIndexOf('/'))
    const isOutermost = ({ path }: NodeModule): boolean =>
      path.indexOf(FOLDER, project.length) === path.lastIndexOf(FOLDER)
    return modules.filter(isOutermost).map(toPackage)
  })

const FOLDER = '/node_modules/'

const toPackage = ({ path, name, version, depends }: NodeModule): Package => ({
  manager: 'npm',
  name,
  version,
  section: null,
  files: [],
  roots: [path],
  depends: depends.map(needed => [needed]),
  recommends: [],
  provides: [],
  essential: false,
  requested: null,
})
