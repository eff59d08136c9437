/** Rewrites of instructions where they stand. A new one is one file and one line here. */
import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../dockerfile/parse-dockerfile.ts'
import { instructionsAfter } from '../final-chain.ts'
import { apkNoCache } from './apk-no-cache.ts'
import { aptListsInRun } from './apt-lists-in-run.ts'
import { cacheMount } from './cache-mount.ts'
import { copyChown } from './copy-chown.ts'
import { deletionInRun } from './deletion-in-run.ts'
import { dnfClean } from './dnf-clean.ts'
import { noInstallRecommends } from './no-install-recommends.ts'
import { npmCleanCache } from './npm-clean-cache.ts'
import { npmOmitDev } from './npm-omit-dev.ts'
import { pipNoCache } from './pip-no-cache.ts'
import type { InPlace, InPlaceEdit, InPlaceRewrite, LineFacts, RewriteWords, SpanRewrite } from './rewrite.ts'
import { withSpans } from './spans.ts'

export type { InPlaceEdit, InPlaceRewrite, LineFacts, RewriteWords } from './rewrite.ts'

/** Of one `RUN`, in the order in which they are applied to it. */
const instructionRewrites: readonly InPlaceRewrite[] = [
  noInstallRecommends,
  deletionInRun,
  aptListsInRun,
  apkNoCache,
  dnfClean,
  pipNoCache,
  npmOmitDev,
  npmCleanCache,
  // a flag that switches a cache off is the smaller change
  cacheMount,
]

/** Of several instructions at once. */
const spanRewrites: readonly SpanRewrite[] = [copyChown]

export const inPlaceRewrites: readonly RewriteWords[] = [...instructionRewrites, ...spanRewrites]

/** Nothing is known of the image: only what is safe by the text alone is changed. */
export const NO_FACTS: LineFacts = {
  left: () => true,
  recommendsNothing: () => null,
  needsNoDev: () => null,
  wrote: () => null,
  baseHas: () => null,
  folders: () => null,
  isBuildKit: null,
}

/**
 * The edits of all rewrites, no two of one line, in the order of the file. Apply them with `applyEdits`.
 * @param text the Dockerfile as it is, with its own line ends
 * @param stages only these; default: all
 * @param isWanted only these rewrites; default: all
 */
export const inPlaceEdits = (
  text: string,
  dockerfile: Dockerfile,
  facts: LineFacts = NO_FACTS,
  stages: (stage: number) => boolean = () => true,
  isWanted: (rewrite: RewriteWords) => boolean = () => true,
): readonly InPlaceEdit[] => {
  const physical = text.split('\n').map(line => line.replace(/\r$/, ''))
  const linesOf = ({ line }: Instruction): readonly string[] => physical.slice(line.start - 1, line.end)
  const wanted = instructionRewrites.filter(isWanted)
  const single = instructionEdits(dockerfile, linesOf, facts, stages, wanted)
  const spans = dockerfile.stages
    .filter(({ index }) => stages(index))
    .flatMap(stage =>
      spanRewrites
        .filter(isWanted)
        .flatMap(({ id, spans }) =>
          spans({ dockerfile, stage, linesOf, facts }).map(edits => ({ id, edits })),
        ),
    )
  return withSpans(physical, single, spans)
}

const instructionEdits = (
  dockerfile: Dockerfile,
  linesOf: (instruction: Instruction) => readonly string[],
  facts: LineFacts,
  stages: (stage: number) => boolean,
  wanted: readonly InPlaceRewrite[],
): readonly InPlaceEdit[] => {
  let done = 0
  return dockerfile.instructions.flatMap(instruction => {
    if (instruction.keyword !== 'RUN' || !stages(instruction.stage) || instruction.line.start <= done)
      return []
    const { start } = instruction.line
    let { end } = instruction.line
    const later = instructionsAfter(dockerfile, instruction)
    let place: InPlace = { dockerfile, instruction, lines: linesOf(instruction), later, facts }
    const rewrites: string[] = []
    for (const each of wanted) {
      const lines = each.rewrite(place)
      const next = lines && reread(place, lines)
      if (!next) continue
      place = next
      rewrites.push(each.id)
      if (!each.takesNext) continue
      end = place.later[0]!.line.end
      place = { ...place, later: place.later.slice(1) }
    }
    done = end
    return rewrites.length === 0 ? [] : [{ start, end, lines: place.lines, rewrites }]
  })
}

/** The instruction with its new lines, so that the next rewrite sees them; null where they are no single `RUN` any more. */
const reread = (place: InPlace, lines: readonly string[]): InPlace | null => {
  const { dockerfile, instruction } = place
  const head = dockerfile.escapeChar === '`' ? '# escape=`\nFROM x\n' : 'FROM x\n'
  try {
    const [, only, ...rest] = parseDockerfile(head + lines.join('\n'), dockerfile.file).instructions
    if (!only || rest.length > 0 || only.keyword !== 'RUN') return null
    return { ...place, lines, instruction: { ...only, line: instruction.line, stage: instruction.stage } }
  } catch {
    return null
  }
}
