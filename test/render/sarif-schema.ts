/**
 * A schema of our own, written from SARIF 2.1.0 (OASIS Standard, errata 01): only what Plimsoll writes, and nothing
 * beside it, so it is stricter than the published one. The published schema is not kept here: its terms are not a
 * licence to copy it.
 */

const text = { type: 'string', minLength: 1, maxLength: 1024 } as const
const id = { type: 'string', pattern: '^[\\w.-]+$' } as const
const count = { type: 'integer', minimum: 0 } as const

type Shape = Readonly<Record<string, unknown>>

/** An object with exactly these properties; a name that ends in `?` may be missing. */
const shape = (properties: Readonly<Record<string, Shape>>): Shape => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter(name => !name.endsWith('?')),
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name.replace(/\?$/, ''), value]),
  ),
})

const many = (items: Shape, limits: Shape = {}): Shape => ({ type: 'array', items, ...limits })
const message = shape({ text, 'markdown?': { type: 'string' } })
const level = { enum: ['none', 'note', 'warning', 'error'] }

const rule = shape({
  id,
  name: { type: 'string', pattern: '^[A-Z0-9]\\w*$', maxLength: 255 },
  shortDescription: message,
  fullDescription: message,
  help: shape({ text: { type: 'string' }, 'markdown?': { type: 'string' } }),
  'helpUri?': { type: 'string', pattern: '^https://[^ ]+$' },
  defaultConfiguration: shape({ level }),
  properties: shape({ tags: many({ type: 'string' }, { uniqueItems: true, maxItems: 10 }) }),
})

const place = {
  physicalLocation: shape({
    artifactLocation: shape({
      uri: {
        type: 'string',
        pattern: "^(?!/)[A-Za-z0-9%/_.!~*'()-]+$",
        not: { pattern: '(^|/)\\.\\.(/|$)' },
      },
      uriBaseId: { const: '%SRCROOT%' },
    }),
    region: shape({ startLine: { type: 'integer', minimum: 1 }, endLine: { type: 'integer', minimum: 1 } }),
  }),
}
const location = shape(place)
/** 3.28.5: a related location says what it is. */
const related = shape({ ...place, message })

const result = shape({
  ruleId: id,
  ruleIndex: count,
  'kind?': { const: 'pass' },
  level,
  // an escaped character counts twice
  message: shape({ text: { type: 'string', minLength: 1, maxLength: 2000 } }),
  locations: many(location, { maxItems: 100 }),
  'relatedLocations?': many(related, { maxItems: 100, minItems: 1 }),
  partialFingerprints: shape({
    'plimsollKey/v1': { type: 'string', pattern: '^[0-9a-f]{16}$' },
    primaryLocationLineHash: { type: 'string', pattern: '^[0-9a-f]{16}:1$' },
  }),
  'baselineState?': { enum: ['new', 'unchanged', 'absent'] },
  'properties?': shape({ bytes: count, hiddenBytes: count, subject: { type: 'string' } }),
})

const run = shape({
  tool: shape({
    driver: shape({
      name: { const: 'Plimsoll' },
      semanticVersion: { type: 'string' },
      'informationUri?': { type: 'string', pattern: '^https://' },
      rules: many(rule),
    }),
  }),
  automationDetails: shape({ id: { type: 'string', pattern: '^plimsoll/[^/]+/$' } }),
  originalUriBaseIds: shape({ '%SRCROOT%': shape({ description: message }) }),
  columnKind: { const: 'utf16CodeUnits' },
  invocations: many(
    shape({
      executionSuccessful: { const: true },
      'toolExecutionNotifications?': many(shape({ level, message })),
    }),
  ),
  results: many(result, { maxItems: 5000 }),
})

export const SARIF_SCHEMA: Shape = shape({
  $schema: { type: 'string', pattern: 'sarif-schema-2\\.1\\.0\\.json$' },
  version: { const: '2.1.0' },
  runs: many(run, { minItems: 1, maxItems: 1 }),
})
