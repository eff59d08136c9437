/** A review, and the reports it was made from, with one string in every place that data can come to. */

import { describeInstruction } from '../../src/dockerfile/describe-history.ts'
import type { CommentContext } from '../../src/render/context.ts'
import type { HtmlReports } from '../../src/render/html.ts'
import type { Review } from '../../src/report/types.ts'
import {
  line,
  makeCause,
  makeContext,
  makeFinding,
  makeHazard,
  makeImage,
  makeLayer,
  makeReport,
  makeReview,
} from '../support/report-factory.ts'

/** Where a string of somebody else's can stand. */
export const PLACES = [
  'path',
  'package',
  'version',
  'instruction',
  'label',
  'env and arg',
  'commit',
  'branch',
  'image name',
  'Dockerfile path',
  'ignore and notes',
  'build error',
] as const
export type Place = (typeof PLACES)[number]

export interface Subject {
  readonly review: Review
  readonly reports: HtmlReports
  readonly context: CommentContext
}

/** What stands where. A review with a base, or one that says why it has none. */
export const reviewWith = (at: (place: Place) => string, hasBase: boolean): Subject => {
  const [path, version, dockerfile] = [`/srv/${at('path')}`, at('version'), at('Dockerfile path')]
  const lines = ['instruction', 'label', 'env and arg'] as const
  const instructions = [
    at('instruction'),
    describeInstruction(`LABEL note=${at('label')}`),
    describeInstruction(`ENV VALUE=${at('env and arg')}`),
  ]
  const causes = [
    makeCause({ kind: 'file', name: path, bytes: 9_000_000, line: line(1, 2, dockerfile) }),
    makeCause({ name: at('package'), bytes: 8_000_000, from: '1.0', to: version, change: 'upgraded' }),
    makeCause({ kind: 'directory', name: path, bytes: 7_000_000, parts: [{ name: path, bytes: 7_000_000 }] }),
    makeCause({ kind: 'base-image', name: at('image name'), bytes: 6_000_000, change: 'moved' }),
  ]
  const finding = makeFinding({
    subject: path,
    bytes: 5_000_000,
    line: line(3, 3, dockerfile),
    paths: [path],
    packages: [at('package')],
    requestedBy: [at('package')],
    reason: `It lies at \`${path}\`.`,
    advice: {
      summary: `Remove \`${path}\`.`,
      edit: { line: line(3, 3, dockerfile), before: at('instruction'), after: at('label') },
      saves: 1,
    },
  })
  const hazard = makeHazard({
    paths: [path],
    missing: path,
    line: line(4, 4, dockerfile),
    reason: `No \`${path}\`.`,
  })
  const base = {
    name: at('image name'),
    layers: 1,
    evidence: 'build' as const,
    slimmer: { name: at('image name'), why: 'smaller' },
  }
  const image = makeImage({ source: `docker://${at('image name')}`, base })
  const made = makeReview({
    base: hasBase ? 274_200_000 : null,
    causes,
    lines: lines.map((_, i) => ({
      kind: 'instruction',
      side: 'both',
      file: dockerfile,
      start: i + 1,
      end: i + 1,
      instruction: instructions[i]!,
      baseInstruction: instructions[i]!,
      base: 0,
      head: 10_000_000,
      delta: 10_000_000,
    })),
    findings: hasBase ? { introduced: [finding], inherited: [finding] } : { unknown: [finding] },
    hazards: hasBase ? { introduced: [hazard] } : { unknown: [hazard] },
    budgets: [{ name: 'max-size', limit: '1 MB', actual: 312_400_000, passed: false, level: 'fail' }],
    overrides: {
      ...(!hasBase && { baseMissing: at('build error') }),
      fix: {
        diff: `--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,1 +1,1 @@\n-RUN ${at('instruction')}\n+RUN ${at('label')}\n`,
        saves: 1_000_000,
        proof: [{ step: 'files', passed: true, detail: `It has \`${path}\`.` }],
        rewrite: 'multi-stage',
      },
      ignored: [{ subject: path, reason: at('ignore and notes'), until: null, matched: 1, expired: false }],
      reasons: [`a new leftover: \`${path}\``, at('ignore and notes')],
    },
  })
  const how = `merge base with ${at('branch')}`
  const review: Review = {
    ...made,
    head: { ...made.head, image, ref: at('commit'), how },
    base: made.base && { ...made.base, image, ref: at('commit'), how },
  }
  const report = makeReport({
    image,
    findings: [finding],
    hazards: [hazard],
    layers: instructions.map((instruction, index) =>
      makeLayer({ index, content: 10_000_000, instruction, line: line(index + 1, index + 1, dockerfile) }),
    ),
    packages: [
      {
        manager: 'dpkg',
        name: at('package'),
        version,
        bytes: 1,
        own: 1,
        layer: 0,
        requestedBy: [at('package')],
      },
    ],
    notExamined: [{ path, why: 'it is too large' }],
    paths: [
      {
        path,
        kind: 'file',
        bytes: 1,
        files: 1,
        layer: 0,
        owner: `dpkg:${at('package')}`,
        digest: 'a'.repeat(64),
      },
    ],
  })
  const context = makeContext({
    key: at('branch'),
    name: at('image name'),
    target: at('image name'),
    dockerfile,
    notes: [at('ignore and notes')],
  })
  return { review, reports: { head: report, base: hasBase ? report : null }, context }
}
