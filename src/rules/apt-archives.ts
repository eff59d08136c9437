import { claimAreas } from './match.ts'
import type { Rule } from './rule.ts'

export const aptArchives: Rule = {
  id: 'apt-archives',
  category: 'package-cache',
  title: 'APT archives and package cache',
  why: 'Packages that were installed already, and an index that apt writes anew when it needs one.',
  fix: 'Keep `/etc/apt/apt.conf.d/docker-clean` of the base image, or end the same `RUN` with `apt-get clean`.',
  matchFile: image =>
    claimAreas(image, [
      {
        root: '/var/cache/apt',
        holds: /^archives\/(partial\/)?[^/]+\.deb$|^archives\/partial\/[^/]+$|^[^/]+\.bin$/,
      },
    ]),
  examples: {
    finds: [
      {
        path: '/var/cache/apt/archives/gcc-12_12.2.0-14_amd64.deb',
        subject: '/var/cache/apt',
        certainty: 'leftover',
      },
      { path: '/var/cache/apt/archives/partial/gcc-12_12.2.0-14_amd64.deb' },
      { path: '/var/cache/apt/pkgcache.bin' },
      { path: '/var/cache/apt/srcpkgcache.bin' },
    ],
    ignores: [
      { path: '/var/cache/apt/archives/lock' },
      { path: '/var/cache/apt-show-versions/ipackages' },
      { path: '/srv/mirror/gcc-12_12.2.0-14_amd64.deb' },
    ],
  },
}
