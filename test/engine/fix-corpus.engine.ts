/** BuildKit's own parser reads what the rewrites of real Dockerfiles write. Nothing is built. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { text as read } from 'node:stream/consumers'
import { test } from 'node:test'
import { planText } from '../fix/support/corpus.ts'
import { needEngine, needProgram, needShared } from '../support/need.ts'

/** What a parser says of a file that it refuses; null where it takes it. */
const refusal = async (host: string, text: string): Promise<string | null> => {
  const child = spawn('docker', ['-H', host, 'buildx', 'build', '--call=outline', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
  })
  child.stdin.end(text)
  const said = await read(child.stderr)
  return (
    /dockerfile parse error[^\n]*|unknown instruction[^\n]*|failed to parse[^\n]*|Syntax error[^\n]*/i.exec(
      said,
    )?.[0] ?? null
  )
}

/** Another frontend would be fetched; the stock one reads the same files. */
const withoutSyntax = (text: string): string => text.replace(/^(\s*#\s*)syntax(\s*=)/gim, '$1was$2')

test('BuildKit reads every rewritten Dockerfile that it reads as it was', { timeout: 600_000 }, async t => {
  const host = needProgram(t, 'docker') ? needEngine(t, 'modern') : null
  const folder = host && needShared(t, 'corpora', 'dockerfiles')
  if (!host || !folder) return
  const pending = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(path => join(folder, path))
    .filter(path => statSync(path).isFile())
  const refused: string[] = []
  let asked = 0
  const work = async (): Promise<void> => {
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      const original = readFileSync(path, 'utf8')
      const inPlace = planText(original, 'in-place')?.text ?? original
      // one question for both rewrites: the second works on what the first wrote
      const both = planText(inPlace, 'stages')?.text ?? inPlace
      if (both === original) continue
      asked += 1
      const why = await refusal(host, withoutSyntax(both))
      if (why && !(await refusal(host, withoutSyntax(original)))) refused.push(`${path}: ${why}`)
    }
  }
  await Promise.all([work(), work(), work(), work()])
  assert.deepEqual(refused, [])
  t.diagnostic(`${asked} read by BuildKit`)
  assert.ok(asked > 300)
})
