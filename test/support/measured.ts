/** What a measuring job leaves behind, made by the action itself from the example's two images. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startFakeGitHub } from './fake-github/start-fake-github.ts'
import { type Entry, runAction } from './run-action.ts'

const IMAGES = join(import.meta.dirname, '..', '..', 'examples', 'images')

export const HEAD = 'a'.repeat(40)
export const BASE = 'b'.repeat(40)

export const pullRequestPayload = (labels: readonly string[] = []): object => ({
  action: 'synchronize',
  number: 7,
  repository: { id: 1, full_name: 'octo/app' },
  pull_request: {
    number: 7,
    labels: labels.map(name => ({ name })),
    head: { ref: 'feature', sha: HEAD, repo: { full_name: 'fork/app' } },
    base: { ref: 'main', sha: BASE, repo: { full_name: 'octo/app' } },
  },
})

export interface Measured {
  readonly inputs?: Readonly<Record<string, string>>
  /** The base and the head of the example, unless said. */
  readonly base?: 'base' | 'head' | null
  readonly head?: 'base' | 'head'
  readonly entry?: Entry
}

/** Writes the report files of a run into a folder. */
export const measure = async (
  folder: string,
  { inputs = {}, base = 'base', head = 'head', entry = 'src' }: Measured = {},
): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  const fake = await startFakeGitHub({ headSha: HEAD })
  const end = await runAction({
    entry,
    eventName: 'pull_request',
    payload: pullRequestPayload(),
    apiUrl: fake.url,
    inputs: {
      image: `oci-dir://${join(IMAGES, head)}`,
      ...(base === null ? {} : { 'base-image': `oci-dir://${join(IMAGES, base)}` }),
      name: 'api',
      comment: 'never',
      'report-dir': folder,
      ...inputs,
    },
  }).finally(() => fake.stop())
  assert.ok(end.outputs['report-json'], `${end.stdout}${end.stderr}`)
}

/** Another job's copy of the same files. */
export const copyFiles = (from: string, to: string): void => cpSync(from, to, { recursive: true })
