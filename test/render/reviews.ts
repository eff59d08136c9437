/** The reviews that golden files show, one for each kind of comment. */
import type { CommentContext } from '../../src/render/context.ts'
import type { BudgetResult, Cause, ComparedFinding, Review } from '../../src/report/types.ts'
import {
  line,
  makeCause,
  makeContext,
  makeFinding,
  makeHazard,
  makeReview,
} from '../support/report-factory.ts'

export interface Example {
  readonly review: Review
  readonly context: CommentContext
}

const budget = (overrides: Partial<BudgetResult> & Pick<BudgetResult, 'name' | 'limit'>): BudgetResult => ({
  actual: 0,
  passed: true,
  level: 'fail',
  ...overrides,
})

const APT = line(14, 17)

const PACKAGES: readonly (readonly [string, number])[] = [
  ['gcc-12', 27_100_000],
  ['cpp-12', 12_000_000],
  ['g++-12', 9_000_000],
  ['libgcc-12-dev', 2_500_000],
  ['binutils', 1_500_000],
]

const GREW_CAUSES: readonly Cause[] = [
  ...PACKAGES.map(([name, bytes]) => makeCause({ name, bytes, line: APT, to: '12.2.0-14' })),
  makeCause({ kind: 'directory', name: '/var/lib/apt/lists', bytes: 14_800_000, line: APT }),
  makeCause({ kind: 'directory', name: '/usr/include', bytes: 4_400_000, line: APT }),
  makeCause({ kind: 'base-image', name: 'node:24-slim', change: 'shrank', bytes: -32_900_000 }),
  makeCause({ kind: 'rest', name: '12 smaller changes', change: 'shrank', bytes: -200_000 }),
]

const GREW_FINDINGS: readonly ComparedFinding[] = [
  ...PACKAGES.map(([subject, bytes]) =>
    makeFinding({ subject, bytes, line: APT, requestedBy: ['build-essential'] }),
  ),
  makeFinding({
    rule: 'apt-lists',
    subject: '/var/lib/apt/lists',
    title: 'APT package lists',
    bytes: 14_800_000,
    line: APT,
    advice: {
      summary: 'Remove them in the `RUN` that fetched them: append `&& rm -rf /var/lib/apt/lists/*`.',
      edit: { line: APT, before: ' && npm ci\n', after: ' && npm ci \\\n && rm -rf /var/lib/apt/lists/*\n' },
      saves: 14_800_000,
    },
  }),
  makeFinding({
    rule: 'c-headers',
    subject: '/usr/include',
    title: 'C headers',
    bytes: 4_400_000,
    line: APT,
  }),
]

const HINT = makeFinding({
  rule: 'npm-cache',
  subject: '/root/.npm',
  title: 'npm cache',
  certainty: 'hint',
  bytes: 300_000,
  line: line(21),
})

const grew = (): Example => ({
  review: makeReview({
    causes: GREW_CAUSES,
    findings: {
      introduced: [...GREW_FINDINGS, HINT],
      inherited: [
        makeFinding({ subject: 'perl-base', title: 'Perl', rule: 'perl', bytes: 7_700_000, inherited: true }),
      ],
      existing: [
        makeFinding({
          rule: 'make',
          subject: 'make',
          title: 'Make',
          bytes: 1_600_000,
          line: line(9),
          baseBytes: 1_600_000,
        }),
      ],
    },
    budgets: [
      budget({ name: 'max-increase', limit: '20 MB', actual: 38_200_000, passed: false }),
      budget({ name: 'max-size', limit: '400 MB', actual: 312_400_000 }),
      budget({ name: 'max-leftovers', limit: '10 MB', actual: 72_900_000, passed: false }),
    ],
    hidden: { base: 0, head: 12_300_000 },
    download: { base: 98_000_000, head: 120_500_000 },
  }),
  context: makeContext({ target: 'runtime' }),
})

const resolvedFindings = GREW_FINDINGS.map(finding => ({ ...finding, baseBytes: finding.bytes }))

const shrunk = (): Example => ({
  review: makeReview({
    base: 312_400_000,
    causes: [
      ...PACKAGES.map(([name, bytes]) => makeCause({ name, bytes: -bytes, line: APT })),
      makeCause({ kind: 'directory', name: '/var/lib/apt/lists', bytes: -14_800_000, change: 'removed' }),
      makeCause({ kind: 'directory', name: '/usr/include', bytes: -4_400_000, change: 'removed' }),
      makeCause({ kind: 'directory', name: '/app', bytes: 1_000_000, change: 'grew', line: line(21) }),
    ],
    findings: { resolved: resolvedFindings },
    budgets: [budget({ name: 'max-increase', limit: '20 MB', actual: -70_300_000 })],
  }),
  context: makeContext(),
})

const unchanged = (bytes: number): Example => ({
  review: makeReview({
    causes:
      bytes === 0 ? [] : [makeCause({ kind: 'rest', name: '3 smaller changes', change: 'grew', bytes })],
    findings: {
      existing: [
        makeFinding({
          rule: 'make',
          subject: 'make',
          title: 'Make',
          bytes: 1_600_000,
          line: line(9),
          baseBytes: 1_600_000,
        }),
      ],
    },
    budgets: [budget({ name: 'max-size', limit: '300 MB', actual: 274_200_000 })],
  }),
  context: makeContext(),
})

const noBaseline = (): Example => ({
  review: makeReview({
    base: null,
    findings: { unknown: GREW_FINDINGS },
    budgets: [
      budget({ name: 'max-size', limit: '400 MB', actual: 312_400_000 }),
      budget({ name: 'max-increase', limit: '20 MB', actual: null, passed: null }),
    ],
  }),
  context: makeContext(),
})

const noBaselineOver = (): Example => ({
  review: makeReview({
    base: null,
    budgets: [budget({ name: 'max-size', limit: '300 MB', actual: 312_400_000, passed: false })],
    overrides: {
      baseMissing:
        'the base commit has no such Dockerfile: `services/api/Dockerfile` is new in this pull request, so there is nothing that the size could be compared with',
    },
  }),
  context: makeContext({ key: 'services/api', name: 'services/api', dockerfile: 'services/api/Dockerfile' }),
})

const withinBudget = (): Example => ({
  review: makeReview({
    causes: [
      makeCause({ kind: 'directory', name: '/root/.npm/_cacache', bytes: 9_400_000, line: line(14) }),
      makeCause({
        kind: 'directory',
        name: '/app/node_modules',
        change: 'grew',
        bytes: 2_600_000,
        line: line(14),
      }),
      makeCause({
        name: 'openssl',
        change: 'upgraded',
        from: '3.0.11-1',
        to: '3.0.15-1',
        bytes: 64_000,
        line: line(14),
      }),
    ],
    findings: {
      introduced: [
        makeFinding({
          rule: 'npm-cache',
          subject: '/root/.npm/_cacache',
          title: 'npm cache',
          bytes: 9_400_000,
          line: line(14),
          advice: {
            summary: 'Mount the cache instead: `RUN --mount=type=cache,target=/root/.npm npm ci`.',
            edit: null,
            saves: 9_400_000,
          },
        }),
      ],
    },
    budgets: [budget({ name: 'max-increase', limit: '10 % and 20 MB', actual: 12_064_000 })],
  }),
  context: makeContext(),
})

const warnOnly = (): Example => {
  const { review, context } = grew()
  return { review: { ...review, verdict: 'warn' }, context }
}

const warnIncrease = (): Example => ({
  review: makeReview({
    causes: [
      makeCause({ kind: 'file', name: '/app/models/en.bin', bytes: 12_000_000, line: line(21) }),
      makeCause({
        kind: 'hidden',
        name: 'deleted or overwritten in a later layer',
        bytes: 3_000_000,
        line: line(14),
      }),
    ],
    budgets: [
      budget({ name: 'warn-increase', limit: '10 MB', actual: 15_000_000, passed: false, level: 'warn' }),
      budget({ name: 'max-layers', limit: '12 layers', actual: 11 }),
    ],
  }),
  context: makeContext(),
})

const sixty = (): Example => {
  const causes = Array.from({ length: 60 }, (_, i) =>
    makeCause({
      name: `lib-${String(i + 1).padStart(2, '0')}-dev`,
      bytes: 1_000_000 - i * 10_000,
      line: line(10 + (i % 7)),
    }),
  )
  return {
    review: makeReview({
      causes,
      findings: {
        introduced: causes.map(({ name, bytes, line: at }) =>
          makeFinding({
            rule: 'dev-package',
            subject: name,
            title: 'Development package',
            bytes,
            line: at,
            paths: [`/usr/include/${name}`],
          }),
        ),
      },
      overrides: { verdict: 'fail', reasons: ['42.3 MB of build leftovers are new in this change'] },
    }),
    context: makeContext(),
  }
}

/** What somebody could put into a path, a package, a label, an instruction or a file name to harm a reader. */
export const HOSTILE = [
  '@org/team',
  '&#64;user &commat;user',
  '#123 owner/repo#5 GH-7',
  'www.evil.example https://evil.example/?a=1',
  '![x](https://evil.example/pixel.png)',
  '[x](javascript:alert(1))',
  '</details><h1>x</h1><img src=x>',
  `<!-- plimsoll v=1 key=default run=1.1 head=${'0'.repeat(40)} -->`,
  'a | b \\| c \\\\| d',
  '`code` ``more`` ```',
  'line\nbreak\r\n::error::x\n## heading',
  '##[add-mask]x',
  'photo\u202egpj.exe',
  'zero\u200bwidth\ufeff',
  '\u001b[31mred\u0007',
  '*bold* _em_ ~~gone~~ $x$',
  '',
  '   ',
] as const

/** A review with strings in every place that data can come to. */
export const hostileReview = (strings: readonly string[]): Example => {
  const at = (i: number): string => strings[i % strings.length]!
  const causes = strings.map((name, i) =>
    makeCause({
      kind: i % 2 === 0 ? 'package' : 'file',
      name,
      bytes: Math.max(20_000_000 - i * 100_000, 1_000_000),
      line: line(i + 1, i + 2, i % 3 === 0 ? name || 'Dockerfile' : 'Dockerfile'),
    }),
  )
  return {
    review: makeReview({
      causes,
      lines: [
        ...causes.map(({ bytes, line: at, name }) => ({
          kind: 'instruction' as const,
          side: 'head' as const,
          ...at!,
          instruction: `RUN ${name}`,
          base: 0,
          head: bytes,
          delta: bytes,
        })),
        {
          kind: 'base-image',
          side: 'both',
          file: null,
          start: null,
          end: null,
          instruction: 'FROM @x/y|z',
          base: 274_200_000,
          head: 274_200_000,
          delta: 0,
        },
      ],
      findings: {
        introduced: strings.map((name, i) =>
          makeFinding({
            rule: name === '' ? 'x' : name,
            subject: name,
            title: name,
            bytes: Math.max(5_000_000 - i * 10_000, 1_000_000),
            line: line(i + 1),
            paths: [name],
            requestedBy: [name],
            advice: {
              summary: `Remove ${name}: \`${name}\``,
              edit: { line: line(i + 1), before: name, after: name },
              saves: 1_000_000,
            },
          }),
        ),
      },
      hazards: { introduced: [makeHazard({ title: at(6), paths: [at(8)], missing: at(9) })] },
      budgets: [budget({ name: 'max-size', limit: at(8), passed: false, actual: 1 })],
      overrides: { reasons: strings.map(name => `because ${name}`) },
    }),
    context: makeContext({
      key: '--> @x',
      name: at(8),
      target: at(9),
      dockerfile: at(6),
      notes: [at(4), at(10)],
    }),
  }
}

const veryLong = (): Example => ({
  review: makeReview({
    causes: Array.from({ length: 100_000 }, (_, i) =>
      makeCause({
        kind: 'file',
        name: `/srv/${'|@a`'.repeat(30)}/${i}`,
        bytes: 200_000 - i,
        line: line(i + 1),
      }),
    ),
    findings: {
      introduced: Array.from({ length: 2000 }, (_, i) =>
        makeFinding({
          subject: `/srv/${'\\|@a`'.repeat(30)}/${i}`,
          bytes: 20_000 - i,
          line: line(i + 1),
          rule: `rule-${i}`,
        }),
      ),
    },
  }),
  context: makeContext(),
})

const withoutLines = (): Example => ({
  review: makeReview({
    causes: [
      makeCause({ name: 'gcc-12', bytes: 27_100_000 }),
      makeCause({ name: 'cpp-12', bytes: 12_000_000 }),
      makeCause({ kind: 'directory', name: '/opt/app', change: 'grew', bytes: 940_000 }),
    ],
    lines: null,
    findings: {
      introduced: [
        makeFinding({ subject: 'gcc-12', bytes: 27_100_000 }),
        makeFinding({ subject: 'cpp-12', bytes: 12_000_000 }),
      ],
    },
    overrides: { verdict: 'pass' },
  }),
  context: makeContext({
    dockerfile: null,
    notes: ['Both images were given with `image` and `base-image`: no Dockerfile line is known.'],
  }),
})

const hazard = (): Example => ({
  review: makeReview({
    causes: [
      makeCause({ kind: 'directory', name: '/app', change: 'shrank', bytes: -12_000_000, line: line(21) }),
    ],
    hazards: { introduced: [makeHazard()] },
    overrides: { verdict: 'fail', reasons: ['1 new thing that will not work when the image runs'] },
  }),
  context: makeContext(),
})

const fromStage = (): Example => ({
  review: makeReview({
    causes: [
      makeCause({ kind: 'directory', name: '/app/.cache/pip', bytes: 3_000_000, line: line(21) }),
      makeCause({ kind: 'file', name: '/app/server', change: 'grew', bytes: 2_000_000, line: line(21) }),
    ],
    findings: {
      introduced: [
        makeFinding({
          rule: 'pip-cache',
          subject: '/app/.cache/pip',
          title: 'pip cache',
          bytes: 3_000_000,
          line: line(21),
          madeBy: { stage: 'build', line: line(5) },
          advice: { summary: 'Install with `pip install --no-cache-dir`.', edit: null, saves: 3_000_000 },
        }),
      ],
    },
    hazards: { introduced: [makeHazard({ madeBy: { stage: 'build', line: null } })] },
  }),
  context: makeContext(),
})

/** "added by line 8, deleted by line 15, still shipped: 57.7 MB". */
const waste = (): Example => ({
  review: makeReview({
    causes: [
      makeCause({
        kind: 'hidden',
        name: 'deleted or overwritten in a later layer',
        bytes: 66_700_000,
        line: line(8),
        parts: [
          { name: '/tmp/archive.tar', bytes: 57_700_000, line: line(8), hiddenBy: line(15), how: 'deleted' },
          { name: '/srv/app', bytes: 9_000_000, line: line(10), hiddenBy: line(11), how: 'rewritten' },
        ],
      }),
      makeCause({ kind: 'directory', name: '/srv/app', bytes: 9_000_000, line: line(11) }),
    ],
    findings: {
      introduced: [
        makeFinding({
          rule: 'installers',
          subject: '/tmp/archive.tar',
          title: 'Archives and installers',
          bytes: 57_700_000,
          line: line(8),
          advice: {
            summary: 'Delete the file in the `RUN` that fetches it, or fetch it in a build stage.',
            edit: null,
            saves: 57_700_000,
          },
        }),
        makeFinding({
          rule: 'layer-waste',
          subject: '/srv/app',
          title: 'Bytes that a later layer hides',
          bytes: 9_000_000,
          line: line(10),
          advice: {
            summary:
              'Set owner and mode where the file comes in: `COPY --chown=app:app --chmod=755`, or `chown` in the `RUN` that makes it.',
            edit: null,
            saves: 9_000_000,
          },
        }),
      ],
    },
  }),
  context: makeContext(),
})

const baseMoved = (): Example => ({
  review: makeReview({
    causes: [
      makeCause({
        kind: 'base-image',
        name: 'node:24-slim',
        change: 'moved',
        from: 'node:24-slim',
        to: 'node:24-slim',
        bytes: -33_100_000,
      }),
      makeCause({ kind: 'directory', name: '/app', change: 'grew', bytes: 1_200_000, line: line(21) }),
    ],
  }),
  context: makeContext(),
})

const baseSwitched = (): Example => {
  const review = makeReview({
    causes: [
      makeCause({
        kind: 'base-image',
        name: 'node:24',
        change: 'grew',
        from: 'node:24-slim',
        to: 'node:24',
        bytes: 610_000_000,
      }),
    ],
    findings: {
      inherited: [makeFinding({ subject: 'gcc-12', bytes: 300_000_000, inherited: true })],
    },
  })
  const slimmer = { name: 'node:24-slim', why: 'the same Node.js without compilers and headers' }
  const base = { ...review.head.image.base!, name: 'node:24', slimmer }
  return {
    review: { ...review, head: { ...review.head, image: { ...review.head.image, base } } },
    context: makeContext(),
  }
}

const makeSecret = (overrides: Partial<ComparedFinding> & { readonly subject: string }): ComparedFinding =>
  makeFinding({
    rule: 'secret',
    category: 'secret',
    certainty: 'hint',
    title: 'Secret',
    bytes: 411,
    files: 1,
    advice: {
      summary: 'Mount it only while it is used: `RUN --mount=type=secret,id=npmrc npm ci`.',
      edit: null,
      saves: null,
    },
    ...overrides,
  })

const secret = (): Example => ({
  review: makeReview({
    causes: [makeCause({ kind: 'directory', name: '/app', change: 'grew', bytes: 4_120, line: line(21) })],
    findings: {
      introduced: [
        makeSecret({
          subject: '/app/key.pem',
          line: line(21),
          reason:
            'A private key. Whoever can pull the image can read it. A later layer hides it; it is in the image all the same.',
        }),
      ],
      existing: [
        makeSecret({
          subject: '/root/.npmrc',
          line: line(9),
          reason: 'A token for npm. Whoever can pull the image can read it.',
          baseBytes: 411,
        }),
      ],
    },
  }),
  context: makeContext(),
})

export const EXAMPLES: Readonly<Record<string, () => Example>> = {
  'grew-over-budget': grew,
  shrunk,
  unchanged: () => unchanged(0),
  'unchanged-but-noise': () => unchanged(312),
  'no-baseline': noBaseline,
  'no-baseline-over-budget': noBaselineOver,
  'leftovers-within-budget': withinBudget,
  'warn-only': warnOnly,
  'above-warning': warnIncrease,
  'sixty-findings': sixty,
  hostile: () => hostileReview(HOSTILE),
  'without-lines': withoutLines,
  hazard,
  secret,
  'from-stage': fromStage,
  'waste-by-lines': waste,
  'base-image-moved': baseMoved,
  'base-image-switched': baseSwitched,
}

/** Too long for golden files that a person reads. */
export const LONG_EXAMPLES: Readonly<Record<string, () => Example>> = {
  '100,000 causes and 2,000 findings': veryLong,
  'the longest strings everywhere': () => {
    const { review, context } = hostileReview(
      Array.from({ length: 60 }, (_, i) => `${i}${'\\|@a`#1'.repeat(2000)}`),
    )
    return { review, context: { ...context, notes: Array.from({ length: 50 }, () => '<&|*'.repeat(1000)) } }
  },
}
