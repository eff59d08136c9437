import { claimAreas } from './match.ts'
import type { Rule } from './rule.ts'

export const apkCache: Rule = {
  id: 'apk-cache',
  category: 'package-cache',
  title: 'apk package cache',
  why: 'Indexes and archives of packages that are installed already.',
  fix: 'Install with `apk add --no-cache`.',
  matchFile: image =>
    claimAreas(image, [
      { root: '/var/cache/apk', holds: /^[^/]+\.(tar\.gz|apk)$/ },
      { root: '/etc/apk/cache', holds: /^[^/]+\.(tar\.gz|apk)$/ },
    ]),
  examples: {
    finds: [
      { path: '/var/cache/apk/APKINDEX.b89edf6e.tar.gz', subject: '/var/cache/apk', certainty: 'leftover' },
      { path: '/etc/apk/cache/gcc-13.2.1_git20240309-r0.0d6ac8d2.apk' },
    ],
    ignores: [
      { path: '/var/cache/misc/x.tar.gz' },
      { path: '/etc/apk/world' },
      { path: '/lib/apk/db/scripts.tar' },
      { path: '/srv/releases/app.apk' },
    ],
  },
}
