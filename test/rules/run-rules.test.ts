import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rules } from '../../src/rules/index.ts'
import { claimPackages } from '../../src/rules/package-claims.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { createJudge } from '../../src/rules/run-rules.ts'
import { makePackage } from '../support/package.ts'
import { makeRuleImage } from '../support/rule-image.ts'

const file = (path: string, ...more: string[]) => ({
  paths: [path, ...more],
  sizeBytes: 10,
  mode: 0o644,
  owner: null,
})

const rule = (id: string, part: Partial<Rule>): Rule => ({
  id,
  category: 'package-cache',
  title: id,
  why: `${id} is not needed.`,
  fix: 'Delete it.',
  examples: { finds: [], ignores: [] },
  ...part,
})

test('a rule is added as one object in the list', () => {
  const crash = rule('crash-report', {
    matchFile:
      () =>
      ({ path }) =>
        path.endsWith('/crash') ? { subject: path } : null,
  })
  const judge = createJudge([...rules, crash], makeRuleImage({ paths: ['/app/crash'] }))
  assert.deepEqual(judge(file('/app/crash')), {
    rule: crash,
    subject: '/app/crash',
    certainty: 'leftover',
    reason: 'crash-report is not needed.',
    fix: 'Delete it.',
    package: null,
  })
  assert.equal(createJudge(rules, makeRuleImage({ paths: ['/app/crash'] }))(file('/app/crash')), null)
})

test('what a package of the system owns is offered only to rules that ask for it', () => {
  const owner = makePackage({ name: 'app' })
  const blob = { ...file('/usr/share/x'), owner }
  const taking = rule('taking', { matchFile: () => () => ({ subject: '/x' }) })
  const judge = (list: readonly Rule[]) => createJudge(list, makeRuleImage({ packages: [owner] }))(blob)
  assert.equal(judge([taking]), null)
  assert.equal(judge([{ ...taking, ownedToo: true }])?.subject, '/x')
  const wheel = makePackage({ name: 'app', manager: 'python' })
  assert.equal(createJudge([taking], makeRuleImage({}))({ ...blob, owner: wheel })?.subject, '/x')
})

test('a rule for packages counts in who needs whom as soon as it is in the list', () => {
  const own = rule('own-language', {
    matchPackage: pkg => (pkg.name === 'ownc' ? { role: 'build' } : null),
  })
  const gcc = makePackage({ name: 'gcc-12' })
  const image = makeRuleImage({ packages: [gcc, makePackage({ name: 'ownc', depends: [['gcc-12']] })] })
  const blob = { ...file('/usr/bin/gcc-12'), owner: gcc }
  assert.equal(createJudge(rules, image)(blob)?.certainty, 'hint')
  assert.equal(createJudge(rules, image)(blob)?.reason, '`ownc` depends on it.')
  assert.equal(createJudge([...rules, own], image)(blob)?.certainty, 'leftover')
})

test('the first rule of the list takes a blob', () => {
  const all = (id: string): Rule => rule(id, { matchFile: () => () => ({ subject: `/${id}` }) })
  assert.equal(createJudge([all('a'), all('b')], makeRuleImage({}))(file('/x'))?.rule.id, 'a')
  assert.equal(createJudge([all('b'), all('a')], makeRuleImage({}))(file('/x'))?.rule.id, 'b')
})

test('a blob with several paths is taken only when all have one subject', () => {
  const cache = '/root/.cache/pip/http/a/b'
  const judge = createJudge(
    rules,
    makeRuleImage({ paths: [cache, '/app/b', '/home/a/.cache/pip/http/b'], homes: ['/root', '/home/a'] }),
  )
  assert.equal(judge(file(cache))?.subject, '/root/.cache/pip')
  assert.equal(judge(file(cache, '/root/.cache/pip/wheels/x'))?.subject, '/root/.cache/pip')
  assert.equal(judge(file(cache, '/app/b')), null)
  assert.equal(judge(file(cache, '/home/a/.cache/pip/http/b')), null)
})

test('one name of several is enough for a secret', () => {
  const judge = createJudge(rules, makeRuleImage({}))
  const body = Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----\n')
  const subjectOf = (path: string, ...more: string[]) => judge({ ...file(path, ...more), body })?.subject
  assert.equal(subjectOf('/b/id_rsa', '/root/.ssh/id_rsa'), '/b/id_rsa')
  assert.equal(subjectOf('/b/notes', '/root/.ssh/id_rsa'), '/root/.ssh/id_rsa')
  assert.equal(subjectOf('/b/notes', '/b/other'), undefined)
})

test('a long chain of packages that came along is settled at once', () => {
  const length = 50_000
  // each needs the next; in the order in which a look at all of them strikes off one only
  const chain = Array.from({ length }, (_, at) =>
    makePackage({
      name: `libllvm${at}`,
      section: 'libs',
      requested: false,
      depends: at > 0 ? [[`libllvm${at - 1}`]] : [],
    }),
  )
  const compilers = rules.filter(({ id }) => id === 'c-compiler')
  const claimsWith = (user: string) => {
    const start = performance.now()
    const last = makePackage({ name: user, depends: [[`libllvm${length - 1}`]] })
    const found = claimPackages(compilers, [...chain, last])
    assert.ok(performance.now() - start < 15_000)
    return found
  }
  assert.equal(claimsWith('app').size, 0)
  assert.equal(claimsWith('gcc-12').size, length + 1)
})

test('an owned file below a cache belongs to its package', () => {
  const owner = makePackage({ name: 'apt-data' })
  const path = '/var/cache/apt/pkgcache.bin'
  const judge = createJudge(rules, makeRuleImage({ paths: [path], packages: [owner] }))
  assert.equal(judge(file(path))?.rule.id, 'apt-archives')
  assert.equal(judge({ ...file(path), owner }), null)
})

test('a package claims all its files, whatever they are', () => {
  const owner = makePackage({ name: 'libssl-dev', section: 'libdevel' })
  const judge = createJudge(rules, makeRuleImage({ packages: [owner] }))
  for (const path of [
    '/usr/lib/libssl.a',
    '/usr/share/doc/libssl-dev/copyright',
    '/usr/include/openssl/ssl.h',
  ]) {
    const claim = judge({ ...file(path), owner })
    assert.deepEqual([claim?.rule.id, claim?.subject, claim?.package], ['c-headers', 'libssl-dev', owner])
  }
})

test('the owner is known by name: an earlier state of the database gives the same judgement', () => {
  const judge = createJudge(
    rules,
    makeRuleImage({ packages: [makePackage({ name: 'gcc-12', version: '12.2.0-14' })] }),
  )
  const earlier = makePackage({ name: 'gcc-12', version: '12.2.0-13' })
  assert.equal(judge({ ...file('/usr/bin/gcc-12'), owner: earlier })?.subject, 'gcc-12')
})

test('what a non-build package recommends is a leftover, what it needs is a hint that names it', () => {
  const make = makePackage({ name: 'make', requested: false })
  const judgeBeside = (other: Parameters<typeof makePackage>[0]) =>
    createJudge(
      rules,
      makeRuleImage({ packages: [make, makePackage(other)] }),
    )({ ...file('/usr/bin/make'), owner: make })
  assert.equal(judgeBeside({ name: 'app', recommends: [['make']] })?.certainty, 'leftover')
  const needed = judgeBeside({ name: 'app', depends: [['make']] })
  assert.deepEqual([needed?.certainty, needed?.reason], ['hint', '`app` depends on it.'])
  // that one came along itself: nobody asked for what needs it
  assert.equal(judgeBeside({ name: 'app', depends: [['make']], requested: false })?.certainty, 'leftover')
})

test('what the command runs is a hint', () => {
  const run = (...command: string[]) => {
    const image = makeRuleImage({ paths: ['/go/pkg/mod/cache/lock'], command })
    return createJudge(rules, image)(file('/go/pkg/mod/cache/lock'))?.certainty
  }
  assert.equal(run('/app'), 'leftover')
  assert.equal(run('/usr/local/go/bin/go', 'run', '.'), 'hint')
  assert.equal(run('sh', '-c', 'cd /src && go run .'), 'hint')
  assert.equal(run('/app', '--mode=go'), 'leftover')
})

test("Alpine's groups do not need what they name, unless they are for running", () => {
  const gcc = makePackage({ manager: 'apk', name: 'gcc', requested: false, files: ['/usr/bin/gcc'] })
  const judgeIn = (name: string, files: readonly string[] = []) => {
    const group = makePackage({ manager: 'apk', name, files, depends: [['gcc']] })
    const judge = createJudge(rules, makeRuleImage({ packages: [gcc, group] }))
    return judge({ ...file('/usr/bin/gcc'), owner: gcc })?.certainty
  }
  assert.equal(judgeIn('.build-deps'), 'leftover')
  assert.equal(judgeIn('build-dependencies'), 'leftover')
  assert.equal(judgeIn('.app-rundeps'), 'hint')
  assert.equal(judgeIn('compiles-at-run-time', ['/usr/bin/app']), 'hint')
})

test('what came along with a compiler goes with it, and stays when anything else uses it', () => {
  const support = makePackage({ name: 'libisl23', section: 'libs', requested: false })
  const judgeWith = (...others: readonly Parameters<typeof makePackage>[0][]) =>
    createJudge(
      rules,
      makeRuleImage({ packages: [support, ...others.map(makePackage)] }),
    )({
      ...file('/usr/lib/libisl.so.23'),
      owner: support,
    })?.certainty
  const cpp = { name: 'cpp-12', depends: [['libisl23']] }
  assert.equal(judgeWith(cpp), 'leftover')
  assert.equal(judgeWith(cpp, { name: 'app', recommends: [['libisl23']] }), undefined)
  assert.equal(judgeWith(), undefined)
  // the compiler itself is needed: so is what it loads
  assert.equal(judgeWith({ ...cpp, requested: false }, { name: 'dkms', depends: [['cpp-12']] }), 'hint')
})
