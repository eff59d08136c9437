/** The few words of JSON Schema (2020-12) that the shapes of reports are written in, and a validator of just these. */

export type JsonSchema =
  | { readonly $ref: `#/$defs/${string}` }
  | { readonly const: string | number | boolean | null }
  | { readonly enum: readonly string[] }
  | { readonly anyOf: readonly JsonSchema[] }
  | { readonly type: 'null' | 'boolean' }
  | { readonly type: 'integer' | 'number'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'string'; readonly maxLength: number; readonly pattern?: string }
  | { readonly type: 'array'; readonly items: JsonSchema; readonly maxItems: number }
  | ObjectSchema

export interface ObjectSchema {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, JsonSchema>>
  readonly required: readonly string[]
  readonly additionalProperties: false
}

export type Definitions = Readonly<Record<string, JsonSchema>>

/**
 * What is wrong with a parsed value, the first thing found, or null: a sentence that begins with its place. Looks no
 * deeper than the schema does, so a value of any depth is safe to ask about.
 */
export const problemOf = (
  schema: JsonSchema,
  value: unknown,
  definitions: Definitions,
  at = 'it',
): string | null => {
  if ('$ref' in schema)
    return problemOf(definitions[schema.$ref.slice('#/$defs/'.length)]!, value, definitions, at)
  if ('const' in schema) return value === schema.const ? null : `${at} is not ${JSON.stringify(schema.const)}`
  if ('enum' in schema)
    return typeof value === 'string' && schema.enum.includes(value)
      ? null
      : `${at} is not one of ${schema.enum.join(', ')}`
  if ('anyOf' in schema) return problemOfAny(schema.anyOf, value, definitions, at)
  switch (schema.type) {
    case 'object':
      return problemOfObject(schema, value, definitions, at)
    case 'array':
      return problemOfArray(schema, value, definitions, at)
    case 'string':
      return problemOfString(schema, value, at)
    case 'null':
      return value === null ? null : `${at} is not null`
    case 'boolean':
      return typeof value === 'boolean' ? null : `${at} is neither true nor false`
    default:
      return problemOfNumber(schema, value, at)
  }
}

/** The problem of the alternative that is of the value's own type, as that is the one that was meant. */
const problemOfAny = (
  schemas: readonly JsonSchema[],
  value: unknown,
  definitions: Definitions,
  at: string,
): string | null => {
  const problems = schemas.map(schema => problemOf(schema, value, definitions, at))
  if (problems.includes(null)) return null
  return problems.find(problem => !/^\S+ is not null$/.test(problem!)) ?? problems[0]!
}

const problemOfObject = (
  { properties, required }: ObjectSchema,
  value: unknown,
  definitions: Definitions,
  at: string,
): string | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at} is not an object`
  for (const name of required) if (!Object.hasOwn(value, name)) return `${at} has no "${name}"`
  for (const [name, entry] of Object.entries(value)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (!schema) return `${at} has something that is not known`
    const problem = problemOf(schema, entry, definitions, at === 'it' ? name : `${at}.${name}`)
    if (problem !== null) return problem
  }
  return null
}

const problemOfArray = (
  { items, maxItems }: Extract<JsonSchema, { type: 'array' }>,
  value: unknown,
  definitions: Definitions,
  at: string,
): string | null => {
  if (!Array.isArray(value)) return `${at} is not a list`
  if (value.length > maxItems) return `${at} has more than ${maxItems} entries`
  for (const [i, item] of value.entries()) {
    const problem = problemOf(items, item, definitions, `${at}[${i}]`)
    if (problem !== null) return problem
  }
  return null
}

const problemOfString = (
  { maxLength, pattern }: Extract<JsonSchema, { type: 'string' }>,
  value: unknown,
  at: string,
): string | null => {
  if (typeof value !== 'string') return `${at} is not a text`
  // JSON Schema counts code points; UTF-16 units are never fewer
  if (value.length > maxLength && Array.from(value).length > maxLength)
    return `${at} has more than ${maxLength} characters`
  return pattern === undefined || new RegExp(pattern, 'u').test(value)
    ? null
    : `${at} is not written as it should be`
}

const problemOfNumber = (
  { type, minimum, maximum }: Extract<JsonSchema, { type: 'integer' | 'number' }>,
  value: unknown,
  at: string,
): string | null => {
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${at} is not a number`
  if (type === 'integer' && !Number.isInteger(value)) return `${at} is not a whole number`
  return value >= minimum && value <= maximum ? null : `${at} is out of range`
}
