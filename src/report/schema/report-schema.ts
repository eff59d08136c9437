/** The shape of a report: `inspect --json`, `report.json`, a saved baseline. */
import type {
  Advice,
  BaseImage,
  DownloadSize,
  Finding,
  Hazard,
  HiddenPathRow,
  ImageReport,
  LineRange,
  PathRow,
  ReportImage,
  ReportLayer,
  ReportPackage,
  ReportSize,
  StageSource,
} from '../types.ts'
import type { Definitions, ObjectSchema } from './json-schema.ts'
import {
  COUNT,
  DIGEST,
  FLAG,
  LINE_NUMBER,
  listOf,
  NAME,
  object,
  oneOf,
  orNull,
  ROWS,
  ref,
  TEXT,
  WORD,
} from './words.ts'

const LAYERS = 10_000

export const tool = object<ImageReport['tool']>()({ name: { const: 'plimsoll' }, version: WORD })

const finding = {
  rule: WORD,
  category: WORD,
  certainty: oneOf('leftover', 'hint'),
  key: NAME,
  title: NAME,
  reason: TEXT,
  bytes: COUNT,
  visible: COUNT,
  hidden: COUNT,
  files: COUNT,
  paths: listOf(NAME, 100),
  packages: listOf(NAME, ROWS),
  requestedBy: listOf(NAME, ROWS),
  layer: COUNT,
  line: orNull(ref('line')),
  madeBy: ref('stage'),
  inherited: orNull(FLAG),
  advice: ref('advice'),
}

/** Properties of a finding that some have and some do not. */
export const OPTIONAL_OF_A_FINDING = ['madeBy'] as const

/** A finding's properties, which one in a comparison has as well. */
export const findingProperties: { readonly [Name in keyof Finding]-?: (typeof finding)[Name] } = finding

const row = {
  path: NAME,
  kind: oneOf('file', 'directory'),
  bytes: COUNT,
  files: COUNT,
  layer: COUNT,
  owner: orNull(NAME),
  digest: DIGEST,
  folded: { const: true },
} as const

/** What reports and reviews share. */
export const definitions: Definitions = {
  line: object<LineRange>()({ file: NAME, start: LINE_NUMBER, end: LINE_NUMBER }),
  stage: object<StageSource>()({ stage: NAME, line: orNull(ref('line')) }),
  image: object<ReportImage>()({
    source: NAME,
    configDigest: orNull(DIGEST),
    platform: orNull(NAME),
    created: orNull(NAME),
    base: orNull(
      object<BaseImage>()(
        {
          name: orNull(NAME),
          layers: COUNT,
          evidence: oneOf('build', 'image', 'history'),
          slimmer: orNull(object<{ name: string; why: string }>()({ name: NAME, why: TEXT })),
        },
        ['slimmer'],
      ),
    ),
  }),
  size: object<ReportSize>()({
    content: COUNT,
    visible: COUNT,
    hidden: COUNT,
    download: orNull(
      object<DownloadSize>()({ bytes: COUNT, exact: FLAG, own: orNull(COUNT), layers: listOf(COUNT, ROWS) }, [
        'own',
        'layers',
      ]),
    ),
    own: orNull(COUNT),
    inherited: orNull(COUNT),
    files: COUNT,
    leftovers: COUNT,
  }),
  advice: object<Advice>()({
    summary: TEXT,
    edit: orNull(object<NonNullable<Advice['edit']>>()({ line: ref('line'), before: TEXT, after: TEXT })),
    saves: orNull(COUNT),
  }),
  finding: object<Finding>()(findingProperties, OPTIONAL_OF_A_FINDING),
  hazard: object<Hazard>()(
    {
      rule: WORD,
      key: NAME,
      title: NAME,
      reason: TEXT,
      paths: listOf(NAME, ROWS),
      line: orNull(ref('line')),
      madeBy: ref('stage'),
      missing: orNull(NAME),
      advice: ref('advice'),
    },
    ['madeBy'],
  ),
}

export const reportDefinitions: Definitions = {
  ...definitions,
  layer: object<ReportLayer>()({
    index: COUNT,
    diffId: DIGEST,
    content: COUNT,
    hidden: COUNT,
    inherited: orNull(FLAG),
    instruction: orNull(TEXT),
    line: orNull(ref('line')),
  }),
  package: object<ReportPackage>()({
    manager: WORD,
    name: NAME,
    version: NAME,
    bytes: COUNT,
    own: orNull(COUNT),
    layer: COUNT,
    requestedBy: listOf(NAME, ROWS),
  }),
  row: object<PathRow>()(row, ['folded']),
  hiddenRow: object<HiddenPathRow>()({ ...row, hiddenBy: COUNT }, ['folded']),
}

export const reportSchema: ObjectSchema = object<ImageReport>()({
  schemaVersion: { const: 1 },
  tool,
  image: ref('image'),
  size: ref('size'),
  layers: listOf(ref('layer'), LAYERS),
  packages: listOf(ref('package'), ROWS),
  findings: listOf(ref('finding'), ROWS),
  hazards: listOf(ref('hazard'), ROWS),
  notExamined: listOf(object<{ path: string; why: string }>()({ path: NAME, why: TEXT }), ROWS),
  paths: listOf(ref('row'), ROWS),
  hiddenPaths: listOf(ref('hiddenRow'), ROWS),
  complete: { const: true },
})
