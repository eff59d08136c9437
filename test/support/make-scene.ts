/** Small images as a plan or a proof of a fix sees them: made of entries, read and judged like real ones. */
import type { Evidence } from '../../src/fix/evidence.ts'
import { programFiles } from '../../src/fix/program.ts'
import type { Claimed } from '../../src/fix/proof/step.ts'
import { createScene, type Scene } from '../../src/fix/scene.ts'
import type { ImageConfig } from '../../src/image/image.ts'
import { imageReport, judgeImage } from '../../src/report/image-report.ts'
import { readLayers } from './make-image.ts'
import type { MadeEntry } from './make-tar.ts'
import { reportInput } from './report-of-layers.ts'

export interface SceneParts {
  /** The base image's one layer. */
  readonly base?: readonly MadeEntry[]
  /** The one layer above it. */
  readonly own?: readonly MadeEntry[]
  /** Default: `base`. */
  readonly baseName?: string
  readonly config?: Partial<ImageConfig>
  /** The Dockerfile's line that made the own layer. Default: 2. */
  readonly line?: number
  /** That instruction. Default: `RUN make`. */
  readonly instruction?: string
}

export const makeConfig = (part: Partial<ImageConfig> = {}): ImageConfig => ({
  architecture: 'amd64',
  os: 'linux',
  variant: null,
  created: null,
  env: [],
  entrypoint: [],
  cmd: [],
  user: null,
  workingDir: null,
  labels: {},
  diffIds: [],
  history: [],
  ...part,
})

export const makeScene = ({
  base = [],
  own = [],
  baseName = 'base',
  config = {},
  line = 2,
  instruction = 'RUN make',
}: SceneParts): Scene => {
  const blob = { sizeBytes: 0, compressed: false } as const
  const layers = readLayers([base, own], () => 'all').map(layer => ({ ...layer, blob }))
  const made = reportInput(
    layers,
    [`FROM ${baseName}`, instruction],
    { name: baseName, layers: 1, evidence: 'build' },
    makeConfig(config),
  )
  const [from, run] = made.instructions
  const at = { file: 'Dockerfile', start: line, end: line }
  const input = { ...made, instructions: [from!, { ...run!, line: at }] }
  const judgement = judgeImage(input)
  return createScene(input, judgement, imageReport(input, judgement))
}

export const makeEvidence = (part: Partial<Evidence> = {}): Evidence => ({
  compiles: null,
  uncertain: null,
  startsOthers: false,
  java: { modules: new Map(), unread: null },
  named: new Map(),
  ...part,
})

/** A rewrite that saves whatever it saves, of an image whose whole own layer is the program. */
export const makeClaim = (
  original: SceneParts,
  result: SceneParts,
  more: Partial<Omit<Claimed, 'original' | 'result'>> = {},
): Claimed => {
  const scene = makeScene(original)
  return {
    original: scene,
    result: makeScene(result),
    program: programFiles(scene, () => false),
    evidence: makeEvidence(),
    minSavingBytes: 0,
    ...more,
  }
}
