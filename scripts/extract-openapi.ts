/**
 * Cuts GitHub's published OpenAPI description down to the operations Plimsoll uses, for the tests' fake API:
 *
 *     npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
 *     node scripts/extract-openapi.ts package
 *
 * Prose and examples go, schemas stay as published, and only the components that are still referred to are kept.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type JsonObject = { readonly [key: string]: Json }

const OPERATIONS: readonly (readonly [path: string, method: string])[] = [
  ['/user', 'get'],
  ['/repos/{owner}/{repo}/issues/{issue_number}/comments', 'get'],
  ['/repos/{owner}/{repo}/issues/{issue_number}/comments', 'post'],
  ['/repos/{owner}/{repo}/issues/comments/{comment_id}', 'get'],
  ['/repos/{owner}/{repo}/issues/comments/{comment_id}', 'patch'],
  ['/repos/{owner}/{repo}/issues/comments/{comment_id}', 'delete'],
  ['/repos/{owner}/{repo}/pulls', 'get'],
  ['/repos/{owner}/{repo}/pulls/{pull_number}', 'get'],
  ['/repos/{owner}/{repo}/pulls/{pull_number}/files', 'get'],
  ['/repos/{owner}/{repo}/pulls/{pull_number}/comments', 'get'],
  ['/repos/{owner}/{repo}/pulls/{pull_number}/reviews', 'post'],
  ['/repos/{owner}/{repo}/compare/{basehead}', 'get'],
]

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const at = (document: Json, ...path: readonly string[]): Json => {
  let value: Json | undefined = document
  for (const key of path) value = isObject(value) ? value[key] : undefined
  if (value === undefined) throw new Error(`the description has no ${path.join(' > ')}`)
  return value
}

/** Keys that carry prose. Inside `properties` a key is a field's name and always stays. */
const isProse = (key: string): boolean =>
  ['description', 'summary', 'title', 'example', 'examples', 'externalDocs', 'tags'].includes(key) ||
  (key.startsWith('x-') && !key.startsWith('x-rate'))

const withoutProse = (value: Json, names = false): Json => {
  if (Array.isArray(value)) return value.map((item: Json) => withoutProse(item))
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([key]) => names || !isProse(key))
  return Object.fromEntries(
    kept.map(([key, inner]) => [
      key,
      key === 'enum' && !names
        ? inner
        : withoutProse(inner, !names && (key === 'properties' || key === 'headers')),
    ]),
  )
}

/** Every `$ref` in a value, as `['schemas', 'issue-comment']`. */
const references = (value: Json): readonly (readonly [string, string])[] => {
  if (Array.isArray(value)) return value.flatMap((item: Json) => references(item))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const [, kind, name] =
      (key === '$ref' && typeof inner === 'string' && /^#\/components\/(\w+)\/(.+)$/.exec(inner)) || []
    return kind !== undefined && name !== undefined ? [[kind, name] as const] : references(inner)
  })
}

const sorted = (groups: ReadonlyMap<string, ReadonlyMap<string, Json>>): JsonObject =>
  Object.fromEntries(
    [...groups].sort(byKey).map(([kind, members]) => [kind, Object.fromEntries([...members].sort(byKey))]),
  )

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0

const extract = (description: Json): JsonObject => {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [path, method] of OPERATIONS) {
    const operation = withoutProse(at(description, 'paths', path, method))
    paths[path] = { ...paths[path], [method]: operation }
  }
  const components = new Map<string, Map<string, Json>>()
  const wanted = [...references(paths)]
  for (let next = wanted.pop(); next; next = wanted.pop()) {
    const [kind, name] = next
    const group = components.get(kind) ?? new Map<string, Json>()
    if (group.has(name)) continue
    const component = withoutProse(at(description, 'components', kind, name))
    components.set(kind, group.set(name, component))
    wanted.push(...references(component))
  }
  return { openapi: at(description, 'openapi'), paths, components: sorted(components) }
}

const [folder] = process.argv.slice(2)
if (folder === undefined)
  throw new Error('usage: node scripts/extract-openapi.ts <unpacked @octokit/openapi>')
const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
  string,
  string
>
const source = JSON.parse(readFileSync(join(folder, 'generated', 'api.github.com.json'), 'utf8')) as Json
const result = {
  'x-source': `@octokit/openapi ${version} (${license}), generated/api.github.com.json`,
  ...extract(source),
}
const target = join(import.meta.dirname, '..', 'test', 'support', 'fake-github', 'openapi.generated.json')
writeFileSync(target, `${JSON.stringify(result)}\n`)
console.log(`${target}: ${(JSON.stringify(result).length / 1000).toFixed(0)} kB`)
