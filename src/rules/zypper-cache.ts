import { claimAreas } from './match.ts'
import type { Rule } from './rule.ts'

export const zypperCache: Rule = {
  id: 'zypper-cache',
  category: 'package-cache',
  title: 'Zypper cache',
  why: 'Repository data and archives of packages that are installed already.',
  fix: 'End the same `RUN` with `zypper clean --all`.',
  matchFile: image => claimAreas(image, [{ root: '/var/cache/zypp' }]),
  examples: {
    finds: [
      {
        path: '/var/cache/zypp/solv/repo-oss/solv',
        subject: '/var/cache/zypp',
        certainty: 'leftover',
      },
      { path: '/var/cache/zypp/raw/repo-oss/repodata/primary.xml.zst' },
    ],
    ignores: [
      { path: '/var/cache/zypper-app/x' },
      { path: '/etc/zypp/zypp.conf' },
      { path: '/var/lib/zypp/AutoInstalled' },
    ],
  },
}
