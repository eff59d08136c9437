/** The made-up CPython, the distributions that pip installs on it, and the cache that pip keeps. */
import { createHash } from 'node:crypto'
import { contentFor } from './content.ts'
import { many } from './packages.ts'
import type { Item } from './tar.ts'

const library = '/usr/local/lib/python3.11'
const site = `${library}/site-packages`

const fileItem = (path: string, sizeBytes: number, mode = 0o644): Item => ({
  kind: 'file',
  path,
  content: contentFor(path, sizeBytes),
  mode,
})

const items = (files: Readonly<Record<string, number>>): Item[] =>
  Object.entries(files).map(([path, sizeBytes]) => fileItem(path, sizeBytes))

/** `/usr/local` of the base image. */
export const pythonItems = (): Item[] => [
  fileItem('/usr/local/bin/python3.11', 15_744, 0o755),
  { kind: 'link', path: '/usr/local/bin/python3', target: 'python3.11' },
  { kind: 'link', path: '/usr/local/bin/python', target: 'python3' },
  fileItem('/usr/local/lib/libpython3.11.so.1.0', 7_418_224),
  ...items(many(library, 'py', 90, 3_910_700)),
  ...items(many(`${library}/lib-dynload`, 'so', 24, 2_304_880)),
  ...distribution('pip', '24.0', many(`${site}/pip/_vendor`, 'py', 40, 1_620_400)),
]

/** What `pip install -r requirements.txt` puts into site-packages. */
export const applicationItems = (): Item[] => [
  ...distribution('flask', '3.1.2', many(`${site}/flask`, 'py', 16, 240_300)),
  ...distribution('werkzeug', '3.1.3', many(`${site}/werkzeug`, 'py', 24, 560_800)),
  ...distribution('jinja2', '3.1.6', many(`${site}/jinja2`, 'py', 18, 420_600)),
  ...distribution('click', '8.3.0', many(`${site}/click`, 'py', 12, 310_200)),
  ...distribution('markupsafe', '3.0.3', {
    [`${site}/markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so`]: 43_936,
  }),
  ...distribution('mysqlclient', '2.2.8', {
    [`${site}/MySQLdb/_mysql.cpython-311-x86_64-linux-gnu.so`]: 198_888,
    ...many(`${site}/MySQLdb`, 'py', 8, 92_140),
  }),
  {
    kind: 'file',
    path: '/usr/local/bin/flask',
    content: Buffer.from('#!/usr/local/bin/python3.11\n'),
    mode: 0o755,
  },
]

/** What pip keeps under the home directory unless it is told not to. */
export const pipCacheItems = (): Item[] => {
  const bodies = [101_720, 224_498, 134_899, 105_274, 23_118, 1_968_640]
  return [
    ...bodies.map((sizeBytes, i) => {
      const name = hash(`body ${i}`).slice(0, 56)
      return fileItem(
        `/root/.cache/pip/http-v2/${[...name.slice(0, 5)].join('/')}/${name}.body`,
        sizeBytes,
        0o600,
      )
    }),
    fileItem('/root/.cache/pip/wheels/39/5d/97/mysqlclient-2.2.8-cp311-cp311-linux_x86_64.whl', 136_229),
  ]
}

const hash = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')

const distribution = (name: string, version: string, files: Readonly<Record<string, number>>): Item[] => {
  const info = `${site}/${name}-${version}.dist-info`
  const own: Item[] = [
    ...items(files),
    text(
      `${info}/METADATA`,
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nSummary: stands in for ${name}\n`,
    ),
    text(`${info}/INSTALLER`, 'pip\n'),
  ]
  const rows = own.map(item => `${item.path.slice(site.length + 1)},${recordOf(item)}`)
  return [
    ...own,
    text(`${info}/RECORD`, `${[...rows, `${info.slice(site.length + 1)}/RECORD,,`].join('\n')}\n`),
  ]
}

const text = (path: string, content: string): Item => ({ kind: 'file', path, content: Buffer.from(content) })

/** A row of RECORD (Python packaging specifications, "Recording installed projects"). */
const recordOf = (item: Item): string => {
  if (item.kind !== 'file') return ','
  return `sha256=${createHash('sha256').update(item.content).digest('base64url')},${item.content.length}`
}
