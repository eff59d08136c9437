/** The Pythons of an image, and what installers recorded for them. */
import type { Package } from '../packages/package.ts'
import type { Tree } from '../tree/tree.ts'
import type { PythonDistribution, PythonInterpreter } from './hazard.ts'
import { type Names, pathsOf } from './names.ts'

export const pythonInterpreters = (tree: Tree, names: Names): PythonInterpreter[] =>
  pathsOf(names, name => /^(python3\.\d+|libpython3\.\d+m?t?\.so)/.test(name)).flatMap(path => {
    const [, prefix = null, version] =
      /^(.*)\/(?:bin\/python|[^/]*\/libpython)(3\.\d+)(?:t|m?t?\.so[\d.]*)?$/.exec(path) ?? []
    if (version === undefined || tree.resolve(path) === null) return []
    return { version, prefix: path.includes('.so') ? null : prefix, path }
  })

const FOLDER = /^(.*\/(?:site|dist)-packages)\/[^/]+\.(?:dist|egg)-info$/

/** Those whose record is there. */
export const pythonDistributions = (
  tree: Tree,
  packages: readonly Package[],
  isInherited: (layer: number, entry: number) => boolean,
): PythonDistribution[] =>
  packages.flatMap(pkg => {
    if (pkg.manager !== 'python') return []
    const record = pkg.files.find(path => /-info\/(RECORD|PKG-INFO|METADATA)$/.test(path))
    const folder = record?.slice(0, record.lastIndexOf('/')) ?? ''
    const site = FOLDER.exec(folder)?.[1]
    const live = record === undefined ? null : tree.entryAt(tree.canonical(record))
    if (site === undefined || !live) return []
    const isOwn = !isInherited(live.layer, live.entry)
    return { name: pkg.name, site, folder, layer: live.layer, files: pkg.files, isOwn }
  })
