import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { keepForPackages, readPackages } from '../../src/packages/index.ts'
import { ownersOf } from '../../src/packages/owners.ts'
import { rules } from '../../src/rules/index.ts'
import { createJudge } from '../../src/rules/run-rules.ts'
import { needShared } from '../support/need.ts'
import { makeRuleImage } from '../support/rule-image.ts'

test('a plain Alpine has no finding, with and without its package database', t => {
  const folder = needShared(t, 'corpora', 'rootfs')
  if (!folder) return
  for (const version of ['3.10', '3.16', '3.20']) {
    const archive: string = `${folder}/alpine-v${version}.tar.gz`
    const tar = (...args: readonly string[]): Buffer => execFileSync('tar', [...args], { maxBuffer: 1e8 })
    const listed: string[] = tar('-tzf', archive)
      .toString()
      .split('\n')
      .map(name => name.replace(/^\.?\/?/, '/'))
    const paths = listed.filter(path => !path.endsWith('/'))
    const bodies = new Map(
      paths.filter(keepForPackages).map(path => [path, tar('-xOzf', archive, `.${path}`)]),
    )
    for (const packages of [readPackages(bodies), []]) {
      const owners = ownersOf([{ layer: 0, packages }], path => path)
      const judge = createJudge(rules, makeRuleImage({ paths, packages }))
      const claims = paths.flatMap(path => {
        const claim = judge({ paths: [path], sizeBytes: 1, mode: 0o644, owner: owners.live(path) })
        return claim ? [`${claim.rule.id} ${path}`] : []
      })
      assert.deepEqual(claims, [], version)
    }
    assert.ok(paths.length > 100)
  }
})

test('the base of Debian, Python and Java images has no package that a rule takes', () => {
  const names =
    'adduser apt base-files base-passwd bash bsdutils ca-certificates coreutils dash debconf debian-archive-keyring debianutils diffutils dpkg e2fsprogs findutils fontconfig gcc-12-base gpgv grep gzip hostname init-system-helpers libacl1 libapt-pkg6.0 libatomic1 libc-bin libc6 libcom-err2 libdb5.3 libexpat1 libffi8 libgcc-s1 libgmp10 libgomp1 libncursesw6 libpcre2-8-0 libreadline8 libsqlite3-0 libssl3 libstdc++6 libtinfo6 libuuid1 locales login mawk mount netbase openssl p11-kit passwd perl-base sed sysvinit-utils tar tzdata usr-is-merged util-linux zlib1g'
  const packages = names.split(' ').map(name => ({
    manager: 'dpkg' as const,
    name,
    version: '1',
    section: 'libs',
    files: [],
    depends: [],
    recommends: [],
    provides: [],
    essential: false,
    requested: null,
  }))
  const judge = createJudge(rules, makeRuleImage({ packages }))
  for (const owner of packages) {
    assert.equal(judge({ paths: ['/usr/bin/x'], sizeBytes: 1, mode: 0o755, owner }), null, owner.name)
  }
})
