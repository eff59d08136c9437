/** What the shapes of reports are put together from. */
import type { JsonSchema, ObjectSchema } from './json-schema.ts'

/** Each property of the type, and no other: one that is added to the type and not here does not compile. */
export const object =
  <T>() =>
  <Optional extends keyof T = never>(
    properties: { readonly [Name in keyof T]-?: JsonSchema },
    optional: readonly Optional[] = [],
  ): ObjectSchema => ({
    type: 'object',
    properties: properties as Readonly<Record<string, JsonSchema>>,
    required: Object.keys(properties).filter(name => !(optional as readonly string[]).includes(name)),
    additionalProperties: false,
  })

export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [{ type: 'null' }, schema] })
export const listOf = (items: JsonSchema, maxItems: number): JsonSchema => ({
  type: 'array',
  items,
  maxItems,
})
export const oneOf = (...values: readonly string[]): JsonSchema => ({ enum: values })
export const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` })

/** Bytes, files, layers: never negative. */
export const COUNT: JsonSchema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
/** A difference of bytes. */
export const DIFFERENCE: JsonSchema = {
  type: 'integer',
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
}
export const PERCENT: JsonSchema = { type: 'number', minimum: -1e15, maximum: 1e15 }
export const FLAG: JsonSchema = { type: 'boolean' }
/** A path, a package's or an image's name. Linux has 4,096 bytes for a path, and `\xNN` is four characters for one. */
export const NAME: JsonSchema = { type: 'string', maxLength: 20_000 }
/** Sentences and instructions: a here-document may be long. */
export const TEXT: JsonSchema = { type: 'string', maxLength: 1_000_000 }
/** An identifier of Plimsoll's own. */
export const WORD: JsonSchema = { type: 'string', maxLength: 100, pattern: '^[\\w. :/+-]*$' }
export const DIGEST: JsonSchema = { type: 'string', maxLength: 140, pattern: '^[a-z0-9+._-]*:?[0-9a-f]*$' }
/** Packages, paths, findings: so many may be in one list. */
export const ROWS = 200_000
export const LINE_NUMBER: JsonSchema = { type: 'integer', minimum: 0, maximum: 10_000_000 }
