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

/** `…/site-packages/flask-3.1.3.dist-info/METADATA`: the folder, and the site that it is in. */
const INFO = /^((.*\/(?:site|dist)-packages)\/[^/]+\.(?:dist|egg)-info)\/[^/]+$/
const LISTS = ['RECORD', 'installed-files.txt']

/** Those whose list is there: one for each place, though a package may stand for several. */
export const pythonDistributions = (
  tree: Tree,
  packages: readonly Package[],
  isInherited: (layer: number, entry: number) => boolean,
): PythonDistribution[] =>
  packages.flatMap(({ manager, name, files }) => {
    if (manager !== 'python') return []
    const places = new Map(
      files.flatMap(path => {
        const [, folder, site] = INFO.exec(path) ?? []
        return folder === undefined || site === undefined ? [] : [[folder, site] as const]
      }),
    )
    return [...places].flatMap(([folder, site]) => {
      const live = LISTS.map(list => tree.entryAt(tree.canonical(`${folder}/${list}`))).find(Boolean)
      if (!live) return []
      return { name, site, folder, layer: live.layer, files, isOwn: !isInherited(live.layer, live.entry) }
    })
  })
