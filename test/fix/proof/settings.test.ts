import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveSettings } from '../../../src/fix/proof/settings.ts'
import type { Claimed } from '../../../src/fix/proof/step.ts'
import { EntryType } from '../../../src/tree/entries.ts'

/** `path: [content, package, version]`; a link has `-> target` as its content. */
type Files = Readonly<Record<string, readonly [content: string, owner?: string, version?: string]>>

/** As much of an image as the step looks at. */
const sceneOf = (files: Files): Claimed['original'] => {
  const at = (path: string) => {
    const found = files[path]
    if (!found) return null
    const type = found[0].startsWith('-> ') ? EntryType.symlink : EntryType.file
    return { path, type, hash: found[0] }
  }
  const ownerOf = (path: string) => {
    const [, name, version = '1'] = files[path] ?? ['']
    return name === undefined ? null : { name, version, manager: 'dpkg' }
  }
  const resolve = (path: string): string | null => {
    const content = files[path]?.[0]
    return content === undefined ? null : content.startsWith('-> ') ? content.slice(3) : path
  }
  return {
    own: Object.keys(files).map(at),
    at,
    ownerOf,
    hazards: { resolve },
    packages: Object.keys(files).flatMap(path => ownerOf(path) ?? []),
  } as unknown as Claimed['original']
}

const prove = (original: Files, result: Files) =>
  proveSettings({ original: sceneOf(original), result: sceneOf(result) } as unknown as Claimed)

const NGINX = { '/etc/nginx/nginx.conf': ['as packaged', 'nginx'] } as const

test('a configuration file of a package that the author edited is copied', () => {
  const step = prove({ '/etc/nginx/nginx.conf': ['edited', 'nginx'] }, NGINX)
  assert.equal(step?.passed, false)
  assert.deepEqual(step?.remedy?.copies, ['/etc/nginx/nginx.conf'])
})

test('another version of a package may have other files, but not another configuration', () => {
  const files = (content: string, version: string): Files => ({
    '/usr/lib/a.so': [content, 'a', version],
    '/etc/a.conf': ['same', 'a', version],
  })
  assert.equal(prove(files('one', '1'), files('two', '2'))?.passed, true)
  assert.deepEqual(prove(files('one', '1'), files('two', '1'))?.remedy?.copies, ['/usr/lib/a.so'])
})

test('what the author removed from /etc does not come again with its package', () => {
  const site = { '/etc/nginx/sites-available/default': ['a site', 'nginx'] } as const
  const link = { '/etc/nginx/sites-enabled/default': ['-> /etc/nginx/sites-available/default'] } as const
  const step = prove({ ...NGINX, ...site }, { ...NGINX, ...site, ...link })
  assert.equal(step?.passed, false)
  assert.deepEqual(step?.remedy?.after, ['rm -f /etc/nginx/sites-enabled/default'])
  assert.equal(prove({ ...NGINX, ...site, ...link }, { ...NGINX, ...site, ...link })?.passed, true)
})

test('an authority of the author’s own stays among the trusted ones', () => {
  const bundle = '/etc/ssl/certs/ca-certificates.crt'
  const own = { '/usr/local/share/ca-certificates/company.crt': ['company'] } as const
  const step = prove({ ...own, [bundle]: ['usual, company'] }, { ...own, [bundle]: ['usual'] })
  assert.deepEqual(step?.remedy?.copies, [bundle])
  assert.equal(prove({ [bundle]: ['usual'] }, { [bundle]: ['newer'], '/etc/a': ['a'] })?.passed, true)
})

test('a package that is not installed again says nothing', () => {
  assert.equal(prove({ '/etc/gcc.conf': ['edited', 'gcc'] }, {}), null)
})
