/** Packages that apk 2 installs: two archives one after the other, each compressed (wiki.alpinelinux.org, "Apk spec"). */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { directory, file, makeTar } from './make-tar.ts'

/** @param files absolute paths; each holds its own name */
export const makeApk = (name: string, version: string, files: readonly string[]): Buffer => {
  const names = files.map(path => path.slice(1))
  // apk wants every directory before what is in it
  const directories = new Set(names.flatMap(parents))
  const data = gzipSync(
    makeTar([
      ...[...directories].sort().map(path => directory(path)),
      ...names.map(path => file(path, path, { pax: { 'APK-TOOLS.checksum.SHA1': sha1(path) } })),
    ]),
  )
  const info = [
    `pkgname = ${name}`,
    `pkgver = ${version}`,
    'pkgdesc = one part',
    'arch = noarch',
    `size = ${data.length}`,
    `datahash = ${createHash('sha256').update(data).digest('hex')}`,
    '',
  ].join('\n')
  // only the last archive has an end
  return Buffer.concat([gzipSync(makeTar([file('.PKGINFO', info)], { endMarker: false })), data])
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex')

const parents = (path: string): string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, i, parts) => parts.slice(0, i + 1).join('/'))
