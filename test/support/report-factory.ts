/** Reviews and reports for tests of what is said about them: small, with overrides, and with sums that agree. */
import type { CommentContext } from '../../src/render/context.ts'
import type {
  BudgetResult,
  Cause,
  ComparedFinding,
  Finding,
  FindingsByOrigin,
  Hazard,
  HazardsByOrigin,
  ImageReport,
  LineRange,
  LineRow,
  PathRow,
  ReportImage,
  ReportLayer,
  ReportSize,
  Review,
  Side,
} from '../../src/report/types.ts'

export const HEAD_SHA = '4f2c9d1e5a7b3c8d9e0f1a2b3c4d5e6f708192a3'
export const BASE_SHA = 'a91be07c4d5e6f708192a3b4c5d6e7f8091a2b3c'

export const line = (start: number, end = start, file = 'Dockerfile'): LineRange => ({ file, start, end })

export const makeContext = (overrides: Partial<CommentContext> = {}): CommentContext => ({
  key: 'default',
  runId: '9876543210.1',
  name: 'api',
  headSha: HEAD_SHA,
  repositoryUrl: 'https://github.com/example/api',
  runUrl: 'https://github.com/example/api/actions/runs/9876543210',
  dockerfile: 'Dockerfile',
  target: null,
  version: '1.0.0',
  notes: [],
  ...overrides,
})

export const makeCause = (overrides: Partial<Cause> & Pick<Cause, 'name' | 'bytes'>): Cause => ({
  kind: 'package',
  change: overrides.bytes < 0 ? 'removed' : 'added',
  from: null,
  to: null,
  line: null,
  parts: [],
  ...overrides,
})

const CATEGORIES: Readonly<Record<string, string>> = {
  'c-compiler': 'compiler',
  'c-headers': 'headers',
  make: 'build-tool',
}

/** A finding of one package; `saves` is all of it. */
export const makeFinding = (
  overrides: Partial<ComparedFinding> & { readonly subject?: string } = {},
): ComparedFinding => {
  const { subject = 'gcc-12', ...rest } = overrides
  const rule = rest.rule ?? 'c-compiler'
  const bytes = rest.bytes ?? 52_100_000
  return {
    rule,
    category: CATEGORIES[rule] ?? 'package-cache',
    certainty: 'leftover',
    key: `${rule} ${subject}`,
    title: 'C and C++ compilers',
    reason: 'A compiler builds the program; it does not run it.',
    bytes,
    visible: bytes,
    hidden: 0,
    files: 212,
    paths: subject.startsWith('/') ? [subject] : ['/usr/lib/gcc'],
    packages: subject.startsWith('/') ? [] : [subject],
    requestedBy: [],
    layer: 2,
    line: null,
    inherited: false,
    advice: {
      summary: 'Compile in a stage of its own and copy the result with `COPY --from=build`.',
      edit: null,
      saves: bytes,
    },
    baseBytes: null,
    ...rest,
  }
}

export const makeHazard = (overrides: Partial<Hazard> = {}): Hazard => ({
  rule: 'missing-library',
  key: 'missing-library /app/server libpq.so.5',
  title: 'A library is missing',
  reason: 'The program names it and no file of the image gives it.',
  paths: ['/app/server'],
  line: line(21),
  missing: 'libpq.so.5',
  advice: { summary: 'Install `libpq5` in the last stage.', edit: null, saves: null },
  ...overrides,
})

const BASE_IMAGE = { name: 'node:24-slim', layers: 4, evidence: 'build' } as const

export const makeImage = (overrides: Partial<ReportImage> = {}): ReportImage => ({
  source: 'docker://api:pr',
  configDigest: `sha256:${'0123456789abcdef'.repeat(4)}`,
  platform: 'linux/amd64',
  created: null,
  base: BASE_IMAGE,
  ...overrides,
})

export const makeSize = (content: number, overrides: Partial<ReportSize> = {}): ReportSize => ({
  content,
  visible: content,
  hidden: 0,
  download: null,
  own: null,
  inherited: null,
  files: 6525,
  leftovers: 0,
  ...overrides,
})

export interface ReviewOptions {
  /** Bytes of the base image's content; null: no baseline. */
  readonly base?: number | null
  /** Bytes of head where there is no base; else it is the base and the causes. */
  readonly head?: number
  readonly hidden?: { readonly base: number; readonly head: number }
  readonly download?: { readonly base: number; readonly head: number }
  readonly causes?: readonly Cause[]
  readonly lines?: readonly LineRow[] | null
  readonly findings?: Partial<FindingsByOrigin>
  readonly hazards?: Partial<HazardsByOrigin>
  readonly budgets?: readonly BudgetResult[]
  readonly overrides?: Partial<Review>
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)

export const makeReview = (options: ReviewOptions = {}): Review => {
  const { base = 274_200_000, causes = [], budgets = [] } = options
  const findings = { ...NO_FINDINGS, ...options.findings }
  const change = sum(causes, ({ bytes }) => bytes)
  const headContent = base === null ? (options.head ?? 312_400_000) : base + change
  const side = (content: number, which: 'base' | 'head', ref: string, how: string): Side => {
    const hidden = options.hidden?.[which] ?? 0
    const download = options.download?.[which]
    const size = makeSize(content, {
      hidden,
      visible: content - hidden,
      download: download === undefined ? null : { bytes: download, exact: false },
      leftovers: leftoverBytes(findings, which),
    })
    return { image: makeImage({ source: `docker://api:${which}` }), size, ref, how }
  }
  const head = side(headContent, 'head', HEAD_SHA, 'the commit that was checked out')
  const baseSide = base === null ? null : side(base, 'base', BASE_SHA, 'first parent of the merge commit')
  const broken = budgets.filter(({ passed }) => passed === false)
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: '1.0.0' },
    base: baseSide,
    head,
    baseMissing: base === null ? "the base commit's image does not build: `Dockerfile:9`" : null,
    delta:
      baseSide === null
        ? null
        : {
            content: change,
            contentPercent:
              baseSide.size.content === 0 ? null : Math.round((change / baseSide.size.content) * 1e4) / 100,
            visible: head.size.visible - baseSide.size.visible,
            hidden: head.size.hidden - baseSide.size.hidden,
            download:
              options.download?.base === undefined || options.download.head === undefined
                ? null
                : options.download.head - options.download.base,
            leftovers: head.size.leftovers - baseSide.size.leftovers,
          },
    causes: base === null ? null : sortedCauses(causes),
    lines: base === null ? null : options.lines === undefined ? linesOf(base, causes) : options.lines,
    findings,
    hazards: { ...NO_HAZARDS, ...options.hazards },
    budgets,
    ignored: [],
    verdict: broken.some(({ level }) => level === 'fail') ? 'fail' : broken.length > 0 ? 'warn' : 'pass',
    reasons: broken.map(({ name, limit }) => `the image is over the budget ${name}: ${limit}`),
    raised: [],
    acceptedBy: null,
    fix: null,
    complete: true,
    ...options.overrides,
  }
}

/** As a report sorts them: the largest change first, the rest last. */
const sortedCauses = (causes: readonly Cause[]): readonly Cause[] =>
  [...causes].sort(
    (a, b) => Number(a.kind === 'rest') - Number(b.kind === 'rest') || Math.abs(b.bytes) - Math.abs(a.bytes),
  )

const NO_FINDINGS: FindingsByOrigin = {
  introduced: [],
  grown: [],
  existing: [],
  resolved: [],
  inherited: [],
  unknown: [],
}

const NO_HAZARDS: HazardsByOrigin = { introduced: [], existing: [], resolved: [], unknown: [] }

/** What the image itself has: neither hints nor what it inherited. */
const leftoverBytes = (findings: FindingsByOrigin, which: 'base' | 'head'): number => {
  const { introduced, grown, existing, resolved, unknown } = findings
  const of =
    which === 'head'
      ? [...introduced, ...grown, ...existing, ...unknown]
      : [...grown, ...existing, ...resolved]
  return sum(
    of.filter(({ certainty }) => certainty === 'leftover'),
    ({ bytes, baseBytes }) => (which === 'head' ? bytes : (baseBytes ?? bytes)),
  )
}

/** The base image with all bytes that no cause changed, and one instruction for each line that a cause names. */
const linesOf = (base: number, causes: readonly Cause[]): readonly LineRow[] => {
  const rows = new Map<string, LineRow>()
  let inherited = 0
  for (const { bytes, line: at, change } of causes) {
    if (at === null) {
      inherited += bytes
      continue
    }
    const side = change === 'removed' ? 'base' : 'head'
    const key = `${side} ${at.file} ${at.start}`
    const known = rows.get(key)
    const delta = (known?.delta ?? 0) + bytes
    rows.set(key, {
      kind: 'instruction',
      side,
      ...at,
      instruction: INSTRUCTIONS[at.start] ?? `RUN step-${at.start}`,
      base: side === 'base' ? -delta : 0,
      head: side === 'head' ? delta : 0,
      delta,
    })
  }
  const first: LineRow = {
    kind: 'base-image',
    side: 'both',
    file: null,
    start: null,
    end: null,
    instruction: null,
    base: base - sum([...rows.values()], row => row.base),
    head: base - sum([...rows.values()], row => row.base) + inherited,
    delta: inherited,
  }
  return [first, ...[...rows.values()].sort((a, b) => a.start! - b.start!)]
}

const INSTRUCTIONS: Readonly<Record<number, string>> = {
  14: 'RUN apt-get update \\\n && apt-get install -y build-essential \\\n && npm ci',
  21: 'COPY --from=build /app /app',
}

export const makeLayer = (
  overrides: Partial<ReportLayer> & Pick<ReportLayer, 'index' | 'content'>,
): ReportLayer => ({
  diffId: `sha256:${String(overrides.index).padStart(64, '0')}`,
  hidden: 0,
  inherited: false,
  instruction: null,
  line: null,
  ...overrides,
})

/** A file of the first layer that no package owns. */
export const makePathRow = (path: string, bytes: number, overrides: Partial<PathRow> = {}): PathRow => ({
  path,
  kind: 'file',
  bytes,
  files: 1,
  layer: 0,
  owner: null,
  digest: '',
  ...overrides,
})

/** A report whose content is that of its layers. */
export const makeReport = (overrides: Partial<ImageReport> = {}): ImageReport => {
  const layers = overrides.layers ?? [makeLayer({ index: 0, content: 74_814_714, inherited: true })]
  const findings: readonly Finding[] = overrides.findings ?? []
  const content = sum(layers, layer => layer.content)
  const hidden = sum(layers, layer => layer.hidden)
  const leftovers = sum(
    findings.filter(finding => finding.certainty === 'leftover' && finding.inherited !== true),
    ({ bytes }) => bytes,
  )
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: '1.0.0' },
    image: makeImage(),
    size: makeSize(content, { hidden, visible: content - hidden, leftovers }),
    layers,
    packages: [],
    findings,
    hazards: [],
    notExamined: [],
    paths: [],
    hiddenPaths: [],
    complete: true,
    ...overrides,
  }
}
