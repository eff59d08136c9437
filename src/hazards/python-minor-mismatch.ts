import { groupBy } from '../group-by.ts'
import type { HazardFound, HazardImage, HazardRule, PythonDistribution } from './hazard.ts'
import { pythonTag } from './python-tag.ts'
import { unloadableModules } from './unloadable-modules.ts'
import { code, list } from './words.ts'

const SITE = /^(.*)\/lib(?:64)?\/python(3\.\d+)t?\/(?:site|dist)-packages$/

/** Packages in the folder of a Python that is not there, beside one that is. */
const unreadSites = (image: HazardImage): HazardFound[] => {
  const own = image.distributions.filter(each => each.isOwn)
  return [...groupBy(own, each => each.site)].flatMap(([site, distributions]): HazardFound[] => {
    const [, prefix, version] = SITE.exec(site) ?? []
    if (prefix === undefined || image.pythons.some(each => each.version === version)) return []
    // ~/.local belongs to whatever Python the user starts
    const instead = image.pythons.find(
      each => each.prefix !== null && (each.prefix === prefix || prefix.endsWith('/.local')),
    )
    if (!instead || isOnPythonPath(image, site)) return []
    return [
      {
        subject: site,
        paths: [site],
        missing: `${prefix}/bin/python${version}`,
        reason: `${list(distributions.map(each => each.name))} ${distributions.length === 1 ? 'is' : 'are'} installed for Python ${version}, and the image has Python ${instead.version} (${code(instead.path)}), which does not look into ${code(site)}.`,
        fix: `Use the same version of Python in both stages: ${version} or ${instead.version}.`,
        layer: distributions[0]!.layer,
      },
    ]
  })
}

const isOnPythonPath = (image: HazardImage, site: string): boolean =>
  (image.env.get('PYTHONPATH') ?? '').split(':').some(folder => folder.replace(/\/+$/, '') === site)

/** Compiled modules of another version among the packages of the Python that is there. */
const modulesOfOthers = (image: HazardImage): HazardFound[] =>
  image.distributions.flatMap((distribution): HazardFound[] => {
    const { site, files, isOwn } = distribution
    const version = SITE.exec(site)?.[2]
    if (!isOwn || version === undefined || !image.pythons.some(each => each.version === version)) return []
    const modules = compiledModules(image, distribution, files)
    // a package that brings modules for several versions, or one for all of them, is fine
    if (modules.length === 0 || modules.some(each => each.version === null || each.version === version))
      return []
    const made = modules[0]!.version
    const found = unloadableModules(
      distribution,
      modules.map(each => each.path),
      `for Python ${made}, and ${code(site)} is read by Python ${version}, which does not find them.`,
    )
    return [{ ...found, fix: `Use Python ${made} in the final stage, or ${version} in the build stage.` }]
  })

const compiledModules = (
  image: HazardImage,
  { site }: PythonDistribution,
  files: readonly string[],
): { readonly path: string; readonly version: string | null }[] =>
  files.flatMap(path => {
    const tag = path.startsWith(`${site}/`) ? pythonTag(path) : null
    return tag && image.resolve(path) !== null ? { path, version: tag.version } : []
  })

export const pythonMinorMismatch: HazardRule = {
  id: 'python-minor-mismatch',
  title: 'Packages for another Python version',
  why: 'Python looks for packages in the folder of its own version, and loads compiled modules of its own version alone.',
  fix: 'Use the same version of Python in the build stage and in the final one.',
  check: image => [...unreadSites(image), ...modulesOfOthers(image)],
  examples: {
    finds: [
      {
        files: { '/usr/local/bin/python3.12': { elf: { interpreter: null } } },
        distributions: {
          flask: { site: '/usr/local/lib/python3.11/site-packages', files: ['flask/__init__.py'] },
        },
        missing: '/usr/local/bin/python3.11',
      },
      {
        files: {
          '/usr/local/bin/python3.12': { elf: { interpreter: null } },
          '/usr/local/lib/python3.12/site-packages/numpy/_core.cpython-311-x86_64-linux-gnu.so': {
            elf: { interpreter: null, needed: [] },
          },
        },
        distributions: {
          numpy: {
            site: '/usr/local/lib/python3.12/site-packages',
            files: ['numpy/_core.cpython-311-x86_64-linux-gnu.so'],
          },
        },
      },
    ],
    ignores: [
      {
        files: {
          '/usr/local/bin/python3.12': { elf: { interpreter: null } },
          '/usr/bin/python3.11': { elf: { interpreter: null } },
        },
        distributions: {
          flask: { site: '/usr/local/lib/python3.11/site-packages', files: ['flask/__init__.py'] },
        },
      },
      {
        files: { '/usr/local/bin/python3.12': { elf: { interpreter: null } } },
        distributions: {
          flask: { site: '/usr/local/lib/python3.11/site-packages', files: ['flask/__init__.py'] },
        },
        env: { PYTHONPATH: '/usr/local/lib/python3.11/site-packages' },
      },
      // a bundle without an interpreter
      {
        files: {},
        distributions: { flask: { site: '/app/lib/python3.11/site-packages', files: ['flask/__init__.py'] } },
      },
      {
        files: {
          '/usr/local/bin/python3.12': { elf: { interpreter: null } },
          '/usr/local/lib/python3.12/site-packages/x/_a.abi3.so': { elf: { interpreter: null, needed: [] } },
          '/usr/local/lib/python3.12/site-packages/x/_b.cpython-311-x86_64-linux-gnu.so': {
            elf: { interpreter: null, needed: [] },
          },
        },
        distributions: {
          x: {
            site: '/usr/local/lib/python3.12/site-packages',
            files: ['x/_a.abi3.so', 'x/_b.cpython-311-x86_64-linux-gnu.so'],
          },
        },
      },
    ],
  },
}
