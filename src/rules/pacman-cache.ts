import { claimAreas } from './match.ts'
import type { Rule } from './rule.ts'

export const pacmanCache: Rule = {
  id: 'pacman-cache',
  category: 'package-cache',
  title: 'Pacman cache',
  why: 'Archives of packages that are installed already, and lists that `pacman -Sy` fetches anew.',
  fix: 'End the same `RUN` with `pacman -Scc --noconfirm && rm -f /var/lib/pacman/sync/*`.',
  matchFile: image =>
    claimAreas(image, [
      { root: '/var/cache/pacman/pkg' },
      { root: '/var/lib/pacman/sync', holds: /^[^/]+\.(db|files)(\.sig)?$/ },
    ]),
  examples: {
    finds: [
      {
        path: '/var/cache/pacman/pkg/gcc-14.2.1-1-x86_64.pkg.tar.zst',
        subject: '/var/cache/pacman/pkg',
        certainty: 'leftover',
      },
      { path: '/var/lib/pacman/sync/core.db', subject: '/var/lib/pacman/sync' },
    ],
    ignores: [
      { path: '/var/lib/pacman/local/gcc-14.2.1-1/files' },
      { path: '/var/lib/pacman/local/ALPM_DB_VERSION' },
      { path: '/srv/repo/gcc-14.2.1-1-x86_64.pkg.tar.zst' },
    ],
  },
}
