import { commandRuns, nearestRoot, outermost } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** A prefix of conda or mamba is known by its record of what is installed: `PREFIX/conda-meta/history`. */
const findCaches = (image: RuleImage): { readonly root: string }[] => {
  const prefixes = image.named('history').flatMap(path => /^(.+)\/conda-meta\/history$/.exec(path)?.[1] ?? [])
  const caches = [...new Set(prefixes)].map(prefix => ({ root: `${prefix}/pkgs` }))
  // a package that was unpacked in a cache may look like a prefix with a cache
  return outermost(caches.filter(({ root }) => image.exists(root)))
}

export const condaPackages: Rule = {
  id: 'conda-packages',
  category: 'package-cache',
  title: 'conda package cache',
  why: 'Archives and unpacked copies of packages that are installed. Files that an environment links to are not counted.',
  fix: 'End the same `RUN` with `conda clean -afy` (or `micromamba clean -afy`).',
  matchFile: image => {
    const caches = findCaches(image)
    if (caches.length === 0) return null
    const cacheOf = nearestRoot(caches)
    return ({ path, owner }) => {
      if (owner) return null
      const cache = cacheOf(path)
      return cache && { subject: cache.root }
    }
  },
  wanted: image => commandRuns(image, 'conda', 'mamba', 'micromamba'),
  examples: {
    finds: [
      {
        path: '/opt/conda/pkgs/numpy-1.26.4-py312h2809609_0.conda',
        beside: ['/opt/conda/conda-meta/history'],
        subject: '/opt/conda/pkgs',
        certainty: 'leftover',
      },
      {
        path: '/opt/conda/pkgs/numpy-1.26.4-py312h2809609_0/info/index.json',
        beside: ['/opt/conda/conda-meta/history'],
      },
      { path: '/opt/conda/pkgs/cache/0a1b.json', beside: ['/opt/conda/conda-meta/history'] },
      {
        path: '/opt/conda/pkgs/tool-1.0/pkgs/x.conda',
        beside: ['/opt/conda/conda-meta/history', '/opt/conda/pkgs/tool-1.0/conda-meta/history'],
        subject: '/opt/conda/pkgs',
      },
    ],
    ignores: [
      {
        path: '/opt/conda/lib/python3.12/site-packages/numpy/x.py',
        beside: ['/opt/conda/conda-meta/history'],
      },
      { path: '/opt/conda/envs/app/bin/python', beside: ['/opt/conda/conda-meta/history'] },
      { path: '/srv/pkgs/numpy-1.26.4-py312h2809609_0.conda' },
    ],
  },
}
