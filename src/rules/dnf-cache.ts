import { claimAreas, inCaches } from './match.ts'
import type { Rule } from './rule.ts'

const SYSTEM = ['/var/cache/dnf', '/var/cache/yum', '/var/cache/libdnf5']

export const dnfCache: Rule = {
  id: 'dnf-cache',
  category: 'package-cache',
  title: 'DNF and YUM cache',
  why: 'Repository data and archives of packages that are installed already.',
  fix: 'End the same `RUN` with `dnf clean all && rm -rf /var/cache/dnf /var/cache/libdnf5 /var/cache/yum`.',
  matchFile: image =>
    claimAreas(
      image,
      [...SYSTEM, ...inCaches(image, 'libdnf5')].map(root => ({ root })),
    ),
  examples: {
    finds: [
      { path: '/var/cache/dnf/fedora-filenames.solvx', subject: '/var/cache/dnf', certainty: 'leftover' },
      { path: '/var/cache/yum/x86_64/7/base/primary_db.sqlite', subject: '/var/cache/yum' },
      { path: '/var/cache/libdnf5/fedora-2d95c80a/repodata/primary.xml.zst', subject: '/var/cache/libdnf5' },
      { path: '/root/.cache/libdnf5/x/solv/x.solv', subject: '/root/.cache/libdnf5' },
    ],
    ignores: [
      { path: '/var/lib/dnf/history.sqlite' },
      { path: '/var/cache/dnf-app/x' },
      { path: '/usr/lib/sysimage/rpm/rpmdb.sqlite' },
    ],
  },
}
