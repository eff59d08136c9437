import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rules } from '../../src/rules/index.ts'
import {
  liveRuleImage,
  packagesEver,
  pastRuleImage,
  type RuleImageFacts,
} from '../../src/rules/rule-image.ts'
import { createJudge } from '../../src/rules/run-rules.ts'
import { Directories, EntryTable, EntryType } from '../../src/tree/entries.ts'
import { stackLayers } from '../../src/tree/stack.ts'
import { blobPaths, type Tree } from '../../src/tree/tree.ts'
import { makePackage } from '../support/package.ts'

/** Layers from paths: `/a` is a file, `/a -> /b` a symbolic link, and `.wh.` names delete. */
const stack = (...layers: readonly (readonly string[])[]): Tree => {
  const directories = new Directories()
  const inputs = layers.map(paths => {
    const entries = new EntryTable(directories)
    for (const line of paths) {
      const [path, link] = line.split(' -> ') as [string, string?]
      const slash = path.lastIndexOf('/')
      entries.add({
        directory: directories.intern(path.slice(0, slash)),
        name: path.slice(slash + 1),
        type: link ? EntryType.symlink : EntryType.file,
        sizeBytes: link || path.includes('.wh.') ? 0 : 10,
        mode: 0o644,
        uid: 0,
        gid: 0,
        ...(link ? { link } : {}),
      })
    }
    return { entries, bodies: new Map<string, Buffer>() }
  })
  return stackLayers(inputs, directories).tree
}

const facts = (part: Partial<RuleImageFacts> = {}): RuleImageFacts => ({
  passwd: null,
  env: [],
  command: [],
  packages: [],
  ...part,
})

const GO = ['/usr/local/go/VERSION', '/usr/local/go/bin/go', '/usr/local/go/pkg/tool/linux_amd64/link']

test('paths exist through links in their parents and without entries of their own', () => {
  const image = liveRuleImage(stack(['/usr/bin/a', '/bin -> usr/bin', '/dangling -> /no']), facts())
  for (const path of ['/bin/a', '/usr/bin', '/usr', '/dangling', '/'])
    assert.equal(image.exists(path), true, path)
  for (const path of ['/bin/b', '/no', '/usr/lib']) assert.equal(image.exists(path), false, path)
  assert.equal(image.resolve('/bin/a'), '/usr/bin/a')
  assert.equal(image.resolve('/dangling'), null)
  assert.deepEqual(image.named('a', 'dangling', 'b'), ['/dangling', '/usr/bin/a'])
})

test('a directory is found by its name, whether or not an entry says that it is there', () => {
  const tree = stack(
    ['/app/.git/HEAD', '/lib/.git/HEAD', '/x/clang -> /y'],
    ['/app/.wh..git', '/x/.wh.clang', '/here/.git -> /app'],
  )
  // other images that are read beside this one share its table of names
  tree.layers[0]!.directories.intern('/other/.git')
  const live = liveRuleImage(tree, facts())
  const past = pastRuleImage(tree, facts())
  assert.deepEqual(live.named('.git'), ['/here/.git', '/lib/.git'])
  assert.deepEqual(past.named('.git', 'clang'), ['/app/.git', '/here/.git', '/lib/.git', '/x/clang'])
  for (const path of ['/x/clang', '/app/.git', '/app/.git/HEAD', '/'])
    assert.equal(past.exists(path), true, path)
  for (const path of ['/other', '/other/.git', '/x/gcc']) assert.equal(past.exists(path), false, path)
})

test('homes come from the accounts, the environment and root', () => {
  const passwd = Buffer.from(
    'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/srv/app/:/bin/sh\nbad\nsync:x:4:4::/:/bin\n',
  )
  const image = liveRuleImage(stack([]), facts({ passwd, env: ['HOME=/home/me', 'A=b=c', 'EMPTY'] }))
  assert.deepEqual(image.homes, ['/root', '/srv/app', '/', '/home/me'])
  assert.equal(image.env.get('A'), 'b=c')
})

test('a toolchain that a later layer deleted is found among the hidden bytes, and only there', () => {
  const tree = stack(GO, ['/usr/local/.wh.go'])
  const live = createJudge(rules, liveRuleImage(tree, facts()))
  const past = createJudge(rules, pastRuleImage(tree, facts()))
  const seen = tree.blobs.filter(blob => blob.sizeBytes > 0)
  assert.equal(seen.length, 3)
  for (const blob of seen) {
    const facts = { paths: blobPaths(tree, blob), sizeBytes: 10, mode: 0o644, owner: null }
    assert.equal(blob.hiddenBy, 1)
    assert.equal(live(facts), null)
    assert.deepEqual([past(facts)?.rule.id, past(facts)?.subject], ['go-toolchain', '/usr/local/go'])
  }
})

test('what is left of a toolchain without its compiler is no toolchain', () => {
  const tree = stack(
    [...GO, '/usr/local/go/lib/time/zoneinfo.zip'],
    ['/usr/local/go/.wh.bin', '/usr/local/go/.wh.pkg'],
  )
  const live = createJudge(rules, liveRuleImage(tree, facts()))
  const blob = { paths: ['/usr/local/go/lib/time/zoneinfo.zip'], sizeBytes: 10, mode: 0o644, owner: null }
  assert.equal(live(blob), null)
})

test('a cache is found where a link leads', () => {
  const tree = stack(['/data/pip/http-v2/a', '/root/.cache/pip -> /data/pip'])
  const judge = createJudge(rules, liveRuleImage(tree, facts()))
  const claim = judge({ paths: ['/data/pip/http-v2/a'], sizeBytes: 10, mode: 0o644, owner: null })
  assert.deepEqual([claim?.rule.id, claim?.subject], ['pip-cache', '/data/pip'])
})

test('a package that was purged is known from the last state that had it', () => {
  const gcc = makePackage({ name: 'gcc-12' })
  const libc = makePackage({ name: 'libc6', version: '1' })
  const upgraded = makePackage({ name: 'libc6', version: '2' })
  assert.deepEqual(packagesEver([{ packages: [libc, gcc] }, { packages: [upgraded] }]), [upgraded, gcc])
})
