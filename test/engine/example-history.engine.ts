/** The made-up images of the example say in their history what BuildKit says when it builds the example. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { needEngine, needProgram } from '../support/need.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples')

interface Config {
  readonly history: readonly { readonly created_by: string; readonly empty_layer?: boolean }[]
}

/** The configuration of a layout in examples/images. */
const madeConfig = (name: string): Config => {
  const read = (path: string): unknown =>
    JSON.parse(readFileSync(join(examples, 'images', name, path), 'utf8'))
  const blob = (digest: string): unknown => read(`blobs/${digest.replace(':', '/')}`)
  const index = read('index.json') as { manifests: [{ digest: string }] }
  const manifest = blob(index.manifests[0].digest) as { config: { digest: string } }
  return blob(manifest.config.digest) as Config
}

/** The instructions above the base image, each with whether it makes a layer. */
const ownSteps = (config: Config): readonly string[] => {
  const base = config.history.findIndex(entry => entry.created_by === 'CMD ["python3"]')
  return config.history.slice(base + 1).map(entry => `${entry.empty_layer ? '-' : '+'} ${entry.created_by}`)
}

for (const side of ['base', 'head'] as const) {
  test(`the history of examples/images/${side} is the one BuildKit writes for Dockerfile.${side}`, t => {
    const engine = needEngine(t, 'modern')
    const docker = engine && needProgram(t, 'docker')
    if (!engine || !docker) return
    const env = { ...process.env, DOCKER_HOST: engine }
    const context = join(examples, 'webserver')
    const tag = `plimsoll-test-example:${side}`
    const file = join(context, `Dockerfile.${side}`)
    execFileSync(
      docker,
      ['buildx', 'build', '--network', 'host', '--load', '-q', '-t', tag, '-f', file, context],
      { env },
    )
    try {
      const saved = execFileSync(docker, ['save', tag], { env, maxBuffer: 2 ** 31 })
      assert.deepEqual(ownSteps(configOfSaved(saved)), ownSteps(madeConfig(side)))
    } finally {
      execFileSync(docker, ['rmi', tag], { env })
    }
  })
}

/** The image configuration in a `docker save` stream: the only JSON member with a history. */
const configOfSaved = (saved: Buffer): Config => {
  for (let at = 0; at + 512 <= saved.length; ) {
    const sizeBytes = Number.parseInt(saved.toString('latin1', at + 124, at + 135), 8) || 0
    const body = saved.subarray(at + 512, at + 512 + sizeBytes)
    if (body[0] === 0x7b && body.includes('"history"')) return JSON.parse(body.toString('utf8')) as Config
    at += 512 + Math.ceil(sizeBytes / 512) * 512
  }
  throw new Error('no configuration in the saved image')
}
