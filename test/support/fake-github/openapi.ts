/** GitHub's published description of its API, as a judge of requests and answers and as a maker of sample answers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'

interface Schema {
  readonly [key: string]: unknown
}

interface Operation {
  readonly parameters: readonly Schema[]
  readonly requestBody?: Schema
  readonly responses: Readonly<Record<string, Schema>>
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, Schema>>>>
}

const description: Description = JSON.parse(
  readFileSync(join(import.meta.dirname, 'openapi.generated.json'), 'utf8'),
)

export interface Exchange {
  readonly method: string
  /** As in the description: `/repos/{owner}/{repo}/…`. */
  readonly template: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly status: number
  readonly answer: unknown
}

/** What is wrong with an exchange by the description: nothing when the list is empty. */
export const problemsOf = (exchange: Exchange): readonly string[] => {
  const operation = description.paths[exchange.template]?.[exchange.method.toLowerCase()]
  if (!operation) return [`${exchange.method} ${exchange.template} is not in the description`]
  const problems = [
    ...queryProblems(operation, exchange.query),
    ...bodyProblems(operation, exchange.body),
    ...answerProblems(operation, exchange),
  ]
  return problems.map(problem => `${exchange.method} ${exchange.template}: ${problem}`)
}

const queryProblems = (operation: Operation, query: Exchange['query']): readonly string[] => {
  const known = new Map(
    operation.parameters
      .map(resolve)
      .flatMap(({ in: place, name, schema }) =>
        place === 'query' ? [[String(name), schema as Schema] as const] : [],
      ),
  )
  return Object.entries(query).flatMap(([name, text]) => {
    const schema = known.get(name)
    if (!schema) return [`unknown query parameter ${name}`]
    return errorsOf(schema, schema.type === 'integer' ? Number(text) : text)
  })
}

const bodyProblems = (operation: Operation, body: unknown): readonly string[] => {
  const schema = jsonSchema(operation.requestBody)
  if (!schema) return body === undefined ? [] : ['a body where none is described']
  return errorsOf({ ...schema, additionalProperties: false }, body)
}

/** A status that is not described (429, 502 …) must still carry GitHub's plain error. */
const answerProblems = (operation: Operation, { status, answer }: Exchange): readonly string[] => {
  const described = operation.responses[status]
  if (!described && status < 400) return [`the answer ${status} is not described`]
  const schema = described ? jsonSchema(resolve(described)) : { $ref: '#/components/schemas/basic-error' }
  if (!schema) return answer === undefined ? [] : [`the answer ${status} has a body`]
  return errorsOf(schema, answer).map(error => `answer ${status}: ${error}`)
}

const jsonSchema = (holder: Schema | undefined): Schema | null => {
  const content = holder?.content as Readonly<Record<string, { readonly schema: Schema }>> | undefined
  return content?.['application/json']?.schema ?? null
}

const resolve = (schema: Schema): Schema => {
  const [, kind = '', name = ''] = /^#\/components\/([^/]+)\/(.+)$/.exec(String(schema.$ref ?? '')) ?? []
  return description.components[kind]?.[name] ?? schema
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const ajv = new Ajv({
  strict: false,
  allErrors: true,
  formats: { 'date-time': DATE, uri: isUrl, int64: true },
})
const compiled = new Map<string, ValidateFunction>()

function isUrl(text: string): boolean {
  return URL.canParse(text)
}

const errorsOf = (schema: Schema, value: unknown): readonly string[] => {
  const text = JSON.stringify(schema)
  const validate =
    compiled.get(text) ?? ajv.compile(withNull({ ...schema, components: description.components }) as Schema)
  compiled.set(text, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'value'} ${message}`)
}

/** OpenAPI 3.0 says `nullable`, JSON Schema has a type for it. */
const withNull = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withNull)
  if (typeof value !== 'object' || value === null) return value
  const { nullable, ...rest } = value as Schema
  const inner = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, withNull(item)]))
  return nullable === true ? { anyOf: [inner, { type: 'null' }] } : inner
}

/** The smallest value that satisfies a named schema of the description. */
export const sampleOf = (name: string): Record<string, unknown> =>
  sample({ $ref: `#/components/schemas/${name}` }) as Record<string, unknown>

const sample = (reference: Schema): unknown => {
  const schema = resolve(reference)
  const { type, format, properties = {}, required = [], enum: values, oneOf, nullable } = schema
  if (nullable) return null
  if (Array.isArray(values)) return values[0]
  if (Array.isArray(oneOf)) return sample(oneOf[0])
  if (type === 'string') return format === 'uri' ? 'https://example.com/' : format === 'date-time' ? TIME : ''
  if (type === 'integer' || type === 'number') return 1
  if (type === 'boolean') return false
  if (type === 'array') return []
  const inner = properties as Readonly<Record<string, Schema>>
  return Object.fromEntries((required as readonly string[]).map(key => [key, sample(inner[key] ?? {})]))
}

const TIME = '2026-01-02T03:04:05Z'
