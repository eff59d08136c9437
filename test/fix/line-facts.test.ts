import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removableBytes } from '../../src/fix/line-facts.ts'
import { makeScene } from '../support/make-scene.ts'
import { file } from '../support/make-tar.ts'

const stanza = (name: string, section: string, more = ''): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\nSection: ${section}\n${more}\n`
const automatic = (name: string): string => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n\n`
const listed = (name: string, path: string) => [
  file(`var/lib/dpkg/info/${name}.list`, `/${path}\n`),
  file(path, 'x'.repeat(1_000_000), { mode: 0o755 }),
]

/** `make` was asked for and depends on `gcc-12`; `libfoo-dev` is only recommended. */
const scene = makeScene({
  base: [file('var/lib/dpkg/status', stanza('base-files', 'admin'))],
  own: [
    file(
      'var/lib/dpkg/status',
      stanza('base-files', 'admin') +
        stanza('build-essential', 'devel', 'Depends: gcc-12\nRecommends: libfoo-dev\n') +
        stanza('gcc-12', 'devel') +
        stanza('libfoo-dev', 'libdevel'),
    ),
    file('var/lib/apt/extended_states', automatic('gcc-12') + automatic('libfoo-dev')),
    ...listed('build-essential', 'usr/share/build-essential/list'),
    ...listed('gcc-12', 'usr/bin/x86_64-linux-gnu-gcc-12'),
    ...listed('libfoo-dev', 'usr/include/foo.h'),
  ],
})
const RULES = ['c-compiler', 'build-tools', 'c-headers']

test('without recommendations what was asked for and what it needs stays', () => {
  const at = { start: 2, end: 2 }
  const all = removableBytes(scene, [{ ...at, rules: RULES, recommendedRules: [] }])
  const recommended = removableBytes(scene, [{ ...at, rules: [], recommendedRules: RULES }])
  assert.ok(all > 2_000_000, `${all}`)
  assert.equal(recommended, 1_000_000, 'libfoo-dev alone')
})

test('an edit of another line removes nothing', () =>
  assert.equal(removableBytes(scene, [{ start: 3, end: 9, rules: RULES, recommendedRules: RULES }]), 0))
