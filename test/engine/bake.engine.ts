/** A bake file that changed, through a whole review: each commit is built by its own. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Review } from '../../src/report/types.ts'
import { makeRepository } from '../build/support/git-repository.ts'
import { plimsoll } from '../support/engine.ts'
import { needEngine } from '../support/need.ts'

const bake = (bytes: number): string => `
variable "BYTES" { default = ${bytes} }
group "default" { targets = ["app", "other"] }
target "base" {
  args = { BYTES = BYTES }
}
target "app" {
  inherits = ["base"]
  context = "app"
  target = "run"
}
target "other" { inherits = ["app"] }
`
const DOCKERFILE =
  'FROM busybox AS run\nARG BYTES=1\nRUN head -c $BYTES /dev/zero > /file\nFROM run AS other\nRUN exit 1\n'

test('a review with a bake file builds one target of it, as each commit has it', async t => {
  const host = needEngine(t, 'modern')
  if (!host) return
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bake-'))
  try {
    const repository = makeRepository(join(folder, 'repository'))
    repository.commit('Begin', { 'app/Dockerfile': DOCKERFILE, 'docker-bake.hcl': bake(1000) })
    repository.run('switch', '-q', '-c', 'change')
    repository.commit('Change', { 'docker-bake.hcl': bake(2_001_000) })
    const args = ['review', '--base-ref', 'main', '--quiet', '--json', '--bake-file', 'docker-bake.hcl']
    const one = await plimsoll([...args, '--target', 'app'], { host, cwd: repository.root })
    assert.equal(one.status, 0, one.stderr)
    const { delta, lines } = JSON.parse(one.stdout) as Review
    assert.equal(delta!.content, 2_000_000)
    assert.ok(lines!.some(line => line.file === 'app/Dockerfile' && line.delta === 2_000_000))
    const several = await plimsoll(args, { host, cwd: repository.root })
    assert.equal(several.status, 2)
    assert.match(several.stderr, /bake-file: it builds several images: .*app, other/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
