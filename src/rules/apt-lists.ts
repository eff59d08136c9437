import { claimAreas } from './match.ts'
import type { Rule } from './rule.ts'

export const aptLists: Rule = {
  id: 'apt-lists',
  category: 'package-cache',
  title: 'APT package lists',
  why: '`apt-get update` fetches them for `apt-get install`; nothing reads them afterwards, and `apt-get clean` leaves them.',
  fix: 'End the same `RUN` with `rm -rf /var/lib/apt/lists/*`, or mount a cache on `/var/lib/apt/lists`.',
  matchFile: image =>
    claimAreas(image, [
      {
        root: '/var/lib/apt/lists',
        // the signed Release files guard against replayed lists: `apt-get dist-clean` keeps them on purpose
        holds: /^(?!lock$)(?!.*_(InRelease|Release|Release\.gpg)$)[^/]+$/,
      },
    ]),
  examples: {
    finds: [
      {
        path: '/var/lib/apt/lists/mirror.example_debian_dists_bookworm_main_binary-amd64_Packages.lz4',
        subject: '/var/lib/apt/lists',
        certainty: 'leftover',
      },
      { path: '/var/lib/apt/lists/mirror.example_debian_dists_bookworm_main_i18n_Translation-en' },
      { path: '/var/lib/apt/lists/mirror.example_debian_dists_bookworm_main_Contents-amd64.lz4' },
    ],
    ignores: [
      { path: '/var/lib/apt/lists/mirror.example_debian_dists_bookworm_InRelease' },
      { path: '/var/lib/apt/lists/mirror.example_debian_dists_bookworm_Release.gpg' },
      { path: '/var/lib/apt/lists/lock' },
      { path: '/var/lib/apt/lists/partial/x_Packages' },
      { path: '/var/lib/apt/lists/auxfiles/x' },
      { path: '/var/lib/apt/extended_states' },
      { path: '/srv/apt/lists/x_Packages' },
    ],
  },
}
