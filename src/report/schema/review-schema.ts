/** The shape of a review: `compare --json`, `review --json`, `review.json`. */
import type {
  BudgetResult,
  Cause,
  CausePart,
  ComparedFinding,
  Delta,
  FindingsByOrigin,
  HazardsByOrigin,
  IgnoredEntry,
  LineRow,
  RaisedBudget,
  Review,
  ReviewAbout,
  Side,
} from '../types.ts'
import type { Definitions, JsonSchema, ObjectSchema } from './json-schema.ts'
import { definitions, findingProperties, OPTIONAL_OF_A_FINDING, tool } from './report-schema.ts'
import {
  COUNT,
  DIFFERENCE,
  FLAG,
  LINE_NUMBER,
  listOf,
  NAME,
  object,
  oneOf,
  orNull,
  PERCENT,
  ROWS,
  ref,
  TEXT,
} from './words.ts'

// these are shown as they stand, so each is what `limitText` and its callers write and nothing else
const PERCENTAGE = '\\d+(?:\\.\\d+)?(?:e[+-]\\d+)? %'
const AMOUNT = '\\d+(?:\\.\\d+)? (?:B|kB|MB|GB|TB|PB)'
const ONE_LIMIT = `(?:${PERCENTAGE}(?: and ${AMOUNT})?|${AMOUNT}|\\d+ layers)`
/** `20 MB`, `10 % and 20 MB`, `30 layers`. */
const LIMIT: JsonSchema = { type: 'string', maxLength: 200, pattern: `^${ONE_LIMIT}$` }
/** The same for a budget that has several. */
const LIMITS: JsonSchema = { type: 'string', maxLength: 2000, pattern: `^${ONE_LIMIT}(?:, ${ONE_LIMIT})*$` }
const DATE: JsonSchema = { type: 'string', maxLength: 10, pattern: '^\\d{4}-\\d{2}-\\d{2}$' }
/** It stands in backticks in sentences: `ignore` takes none with blanks, backticks or what does not show. */
const SUBJECT: JsonSchema = { type: 'string', maxLength: 20_000, pattern: '^[^\\s`\\p{Cc}\\p{Cf}\\p{Cs}]+$' }
const BUDGET = oneOf('max-size', 'max-increase', 'max-leftovers', 'max-layers', 'warn-increase')

export const reviewDefinitions: Definitions = {
  ...definitions,
  side: object<Side>()({ image: ref('image'), size: ref('size'), ref: orNull(NAME), how: orNull(TEXT) }),
  comparedFinding: object<ComparedFinding>()(
    { ...findingProperties, baseBytes: orNull(COUNT) },
    OPTIONAL_OF_A_FINDING,
  ),
  part: object<CausePart>()(
    {
      name: NAME,
      bytes: DIFFERENCE,
      line: orNull(ref('line')),
      hiddenBy: orNull(ref('line')),
      how: orNull(oneOf('deleted', 'overwritten', 'rewritten', 'moved')),
      inherited: { const: true },
    },
    ['line', 'hiddenBy', 'how', 'inherited'],
  ),
  cause: object<Cause>()(
    {
      kind: oneOf('package', 'directory', 'file', 'base-image', 'hidden', 'rest'),
      manager: NAME,
      packages: COUNT,
      name: NAME,
      change: oneOf('added', 'removed', 'grew', 'shrank', 'upgraded', 'moved'),
      from: orNull(NAME),
      to: orNull(NAME),
      bytes: DIFFERENCE,
      line: orNull(ref('line')),
      parts: listOf(ref('part'), ROWS),
    },
    ['manager', 'packages'],
  ),
  lineRow: object<LineRow>()(
    {
      kind: oneOf('instruction', 'base-image', 'unmapped'),
      side: oneOf('both', 'base', 'head'),
      file: orNull(NAME),
      start: orNull(LINE_NUMBER),
      end: orNull(LINE_NUMBER),
      instruction: orNull(TEXT),
      baseInstruction: TEXT,
      base: COUNT,
      head: COUNT,
      delta: DIFFERENCE,
    },
    ['baseInstruction'],
  ),
  budget: object<BudgetResult>()({
    name: BUDGET,
    limit: LIMIT,
    actual: orNull(DIFFERENCE),
    passed: orNull(FLAG),
    level: oneOf('fail', 'warn'),
  }),
}

const findings = listOf(ref('comparedFinding'), ROWS)
const hazards = listOf(ref('hazard'), ROWS)

export const reviewSchema: ObjectSchema = object<Review>()(
  {
    schemaVersion: { const: 1 },
    tool,
    base: orNull(ref('side')),
    head: ref('side'),
    baseMissing: orNull(TEXT),
    delta: orNull(
      object<Delta>()(
        {
          content: DIFFERENCE,
          contentPercent: orNull(PERCENT),
          visible: DIFFERENCE,
          hidden: DIFFERENCE,
          download: orNull(DIFFERENCE),
          update: orNull(object<{ bytes: number; exact: boolean }>()({ bytes: COUNT, exact: FLAG })),
          leftovers: DIFFERENCE,
        },
        ['update'],
      ),
    ),
    causes: orNull(listOf(ref('cause'), ROWS)),
    lines: orNull(listOf(ref('lineRow'), ROWS)),
    findings: object<FindingsByOrigin>()({
      introduced: findings,
      grown: findings,
      existing: findings,
      resolved: findings,
      inherited: findings,
      unknown: findings,
    }),
    hazards: object<HazardsByOrigin>()({
      introduced: hazards,
      existing: hazards,
      resolved: hazards,
      unknown: hazards,
    }),
    budgets: listOf(ref('budget'), 100),
    ignored: listOf(
      object<IgnoredEntry>()({
        subject: SUBJECT,
        reason: TEXT,
        until: orNull(DATE),
        matched: COUNT,
        expired: FLAG,
      }),
      10_000,
    ),
    raised: listOf(object<RaisedBudget>()({ name: BUDGET, from: LIMITS, to: orNull(LIMITS) }), 100),
    acceptedBy: orNull(NAME),
    verdict: oneOf('pass', 'warn', 'fail'),
    reasons: listOf(TEXT, 1000),
    fix: { type: 'null' },
    complete: { const: true },
    about: object<ReviewAbout>()({
      name: NAME,
      dockerfile: orNull(NAME),
      target: orNull(NAME),
      minChangeBytes: COUNT,
      sameInputs: FLAG,
      isNew: FLAG,
    }),
  },
  ['about'],
)
