/** The fault matrix: what goes wrong, in which phase, and in which way the images are built and read. */
import type { EngineEffect, EngineFault, EngineRoute, Place } from '../support/fake-engine/faults.ts'
import type { Effect, Fault, RouteName } from '../support/fake-github/faults.ts'
import { type MadeImage, sha256 } from '../support/make-image.ts'
import type { Way } from './workshop.ts'

export type Phase =
  | 'build base'
  | 'build head'
  | 'inspect'
  | 'export'
  | 'read'
  | 'compare'
  | 'comment'
  | 'summary'

export interface FaultCase {
  readonly phase: Phase
  /** What goes wrong, in words. */
  readonly fault: string
  readonly way: Way
  readonly inputs?: Readonly<Record<string, string>>
  /** Variables of the run; `{}` in a value is the workshop's folder. */
  readonly environment?: Readonly<Record<string, string>>
  readonly engine?: readonly EngineFault[]
  /** Makes the images that the engine has. */
  readonly images?: (images: Images) => Images
  readonly github?: readonly Fault[]
  /** A comment of an earlier run is there. */
  readonly held?: true
  /** Takes most of a minute, by waiting. */
  readonly patient?: true
  /** The base commit is known to the API and to the remote only. */
  readonly shallow?: true
  /**
   * What must come of it: the result as if nothing had happened; a failure; or, of the base's own build, a complete
   * report that says why there is no base.
   */
  readonly must: 'be the same' | 'fail' | 'fail or be the same' | 'fail or be complete' | 'fail or tell'
}

type Images = Readonly<Record<'head' | 'base', MadeImage>>
const SIDES = ['base', 'head'] as const

const CUTS: readonly (readonly [string, Place])[] = [
  ['1 %', { share: 0.01 }],
  ['50 %', { share: 0.5 }],
  ['99 %', { share: 0.99 }],
  ['the last 512 bytes', { beforeEnd: 512 }],
]
const STATUSES = [403, 404, 410, 422, 429, 500, 502, 503] as const

const SCRIPTS: readonly (readonly [string, string, 'ends' | 'goes on' | 'lies'])[] = [
  [
    'the Dockerfile fails',
    'echo "ERROR: failed to solve: process \\"/bin/sh -c x\\" did not complete successfully: exit code: 1" >&2; exit 1',
    'ends',
  ],
  ['killed', 'kill -9 $$', 'ends'],
  ['stalls', 'sleep 600', 'ends'],
  ['stalls and does not listen', "trap '' TERM; sleep 600; sleep 600", 'ends'],
  ['says that it is done and has written nothing', 'exit 0', 'lies'],
  ['ends without a word', 'exit 137', 'ends'],
  ['breaks off in a line', "printf '#2 [1/2] FROM' >&2; exit 1", 'ends'],
  [
    'loses the engine',
    'echo "ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF" >&2; exit 1',
    'ends',
  ],
  ['fills the disk', 'echo "ERROR: failed to solve: write /x: no space left on device" >&2; exit 1', 'ends'],
  [
    'floods the log',
    "yes 'a line as long as the lines of a build log often are' | head -c 20000000 >&2",
    'goes on',
  ],
  ['prints a line of 3 MB', "head -c 3000000 /dev/zero | tr '\\0' x >&2", 'goes on'],
  ['leaves a process behind', 'sleep 600 &', 'goes on'],
]

/** A builder that lies about what it wrote is found out where the image is read: the stand-in engine has it all the same. */
const mustOfScript = (then: 'ends' | 'goes on' | 'lies', side: 'head' | 'base'): FaultCase['must'] => {
  if (then === 'lies') return 'fail or be the same'
  if (then === 'goes on') return 'be the same'
  return side === 'head' ? 'fail' : 'fail or tell'
}

const buildCases = (): FaultCase[] =>
  (['buildx', 'layout'] as const).flatMap(way =>
    SIDES.flatMap(side =>
      SCRIPTS.map(([fault, script, then]) => ({
        phase: `build ${side}` as Phase,
        fault: `docker ${fault}`,
        way,
        environment: {
          [side === 'head' ? 'FAKE_HEAD' : 'FAKE_BASE']: script,
          ...(then === 'goes on' && { INPUT_TIMEOUT: '60s' }),
        },
        must: mustOfScript(then, side),
      })),
    ),
  )

/** The largest blob of a layout is the layer with the most data. */
const LARGEST = 'f="$dest/blobs/sha256/$(ls -S "$dest/blobs/sha256" | head -n 1)"; s=$(stat -c %s "$f"); '
/** The layout holds both sides' by the time that the head is written. */
const MANIFEST = 'for f in $(grep -l manifest.v1+json "$dest"/blobs/sha256/*); do '
const CONFIG = 'for f in $(grep -l rootfs "$dest"/blobs/sha256/*); do '
/** The first 1 in a file of digits becomes a 2, the first a becomes a b. */
const OTHER_BYTE = 'sed -i "0,/a/s//b/" "$f"'

const DAMAGES: readonly (readonly [string, string])[] = [
  ['a layer cut at 1 %', `${LARGEST}truncate -s $((s / 100)) "$f"`],
  ['a layer cut at 50 %', `${LARGEST}truncate -s $((s / 2)) "$f"`],
  ['a layer cut at 99 %', `${LARGEST}truncate -s $((s * 99 / 100)) "$f"`],
  ['a layer without its last 512 bytes', `${LARGEST}truncate -s $((s > 512 ? s - 512 : 0)) "$f"`],
  [
    'a layer with a changed byte',
    `${LARGEST}printf Z | dd of="$f" bs=1 seek=$((s / 2)) conv=notrunc 2>/dev/null`,
  ],
  ['a layer with more at its end', `${LARGEST}printf more >> "$f"`],
  ['a layer missing', `${LARGEST}rm "$f"`],
  ['a layer that is a folder', `${LARGEST}rm "$f"; mkdir "$f"`],
  ['a changed config', `${CONFIG}${OTHER_BYTE}; done`],
  ['a changed manifest', `${MANIFEST}${OTHER_BYTE}; done`],
  ['half a manifest', `${MANIFEST}truncate -s 100 "$f"; done`],
  ['no metadata', 'rm "$metadata"'],
  ['metadata of another image', 'printf \'{"containerimage.digest":"sha256:%064d"}\' 1 > "$metadata"'],
  ['half an index', 'truncate -s 40 "$dest/index.json"'],
  ['no index', 'rm "$dest/index.json"'],
]

const layoutCases = (): FaultCase[] =>
  SIDES.flatMap(side =>
    DAMAGES.map(([fault, script]) => ({
      phase: (fault.includes('layer') ? 'read' : 'export') as Phase,
      fault: `layout: ${fault} (${side})`,
      way: 'layout' as const,
      environment: { [side === 'head' ? 'FAKE_HEAD_AFTER' : 'FAKE_BASE_AFTER']: script },
      // the index and the metadata are the other side's too, so a base that was damaged may be written whole again
      must: side === 'head' ? ('fail' as const) : ('fail or be the same' as const),
    })),
  )

/** Each way in which an answer of the engine can go wrong. */
const EFFECTS: readonly (readonly [string, EngineEffect, boolean])[] = [
  ...CUTS.map(([name, cut]) => [`cut at ${name}, connection lost`, { cut, as: 'lost' }, true] as const),
  ...CUTS.map(([name, cut]) => [`cut at ${name}, as if whole`, { cut, as: 'whole' }, true] as const),
  ...[0.01, 0.2, 0.4, 0.6, 0.8, 0.99].map(
    share => [`a wrong bit at ${share * 100} %`, { flip: { share } }, false] as const,
  ),
  ...CUTS.slice(0, 3).map(([name, stall]) => [`stalls at ${name}`, { stall }, true] as const),
  ['slow', { slow: 16_384, pauseMs: 5 }, false],
  ['reset', { reset: 'before' }, true],
  ...STATUSES.map(status => [`status ${status}`, { answer: status }, true] as const),
  ['garbage', { instead: 'this is not what was asked for' }, true],
  ['nothing', { instead: '' }, true],
]

const engineCases = (
  route: EngineRoute,
  phase: (side: 'head' | 'base') => Phase,
  way: Way,
  sides: readonly ('head' | 'base')[],
): FaultCase[] =>
  sides.flatMap(side =>
    EFFECTS.map(([fault, does, isLost]) => ({
      phase: phase(side),
      fault: `engine, ${route}: ${fault}${sides.length > 1 ? ` (${side})` : ''}`,
      way,
      engine: [{ on: route, ...(sides.length > 1 && { side }), does }],
      must: mustOf(route, does, isLost, side),
    })),
  )

const mustOf = (
  route: EngineRoute,
  does: EngineEffect,
  isLost: boolean,
  side: 'head' | 'base',
): FaultCase['must'] => {
  if ('slow' in does) return 'be the same'
  if (route === 'remove') return 'be the same'
  // the second half of an archive's end mark holds nothing
  const isWhole = 'cut' in does && does.as === 'whole' && 'beforeEnd' in does.cut
  if (!isLost || isWhole || ('cut' in does && route === 'build')) return 'fail or be the same'
  // a status is the builder's word about the base's Dockerfile, and a build that takes too long is one that fails
  const isWord = 'answer' in does || 'stall' in does
  return route === 'build' && side === 'base' && isWord ? 'fail or tell' : 'fail'
}

/** Images that are what their digests say, and yet not whole. */
const LIES: readonly (readonly [string, (image: MadeImage) => MadeImage])[] = [
  ...CUTS.map(
    ([name, place]) =>
      [
        `a layer that was made cut at ${name}`,
        (image: MadeImage) => withLayers(image, image.layers.with(-1, cutTar(image.layers.at(-1)!, place))),
      ] as const,
  ),
  ['more layers than there are', image => withConfig(image, layers => [...layers, sha256('one more')])],
  ['fewer layers than there are', image => withConfig(image, layers => layers.slice(0, -1))],
  ['other layers than there are', image => withConfig(image, layers => layers.with(-1, sha256('another')))],
  ['a config that is no JSON', image => ({ ...image, config: image.config.subarray(0, 50) })],
]

const cutTar = (tar: Buffer, place: Place): Buffer =>
  'share' in place ? tar.subarray(0, Math.floor(tar.length * place.share)) : tar.subarray(0, -place.beforeEnd)

const withLayers = (image: MadeImage, layers: readonly Buffer[]): MadeImage => ({
  ...withConfig(image, () => layers.map(sha256)),
  layers,
})

const withConfig = (
  image: MadeImage,
  change: (diffIds: readonly string[]) => readonly string[],
): MadeImage => {
  const config = JSON.parse(image.config.toString('utf8'))
  config.rootfs.diff_ids = change(config.rootfs.diff_ids)
  return { ...image, config: Buffer.from(JSON.stringify(config)) }
}

const lyingCases = (): FaultCase[] =>
  (['buildx', 'tcp'] as const).flatMap(way =>
    SIDES.flatMap(side =>
      LIES.map(([fault, lie]) => ({
        phase: 'read' as const,
        fault: `${fault} (${side})`,
        way,
        images: (images: Images) => ({ ...images, [side]: lie(images[side]) }),
        // half of the end marker may be missing without a byte of content being lost
        must: fault.endsWith('512 bytes') ? ('fail or be complete' as const) : ('fail' as const),
      })),
    ),
  )

/** Each way in which an answer of GitHub can go wrong. */
const ANSWERS: readonly (readonly [string, Effect])[] = [
  ...[401, ...STATUSES].map(status => [`status ${status}`, { answer: status }] as const),
  ['status 403, secondary limit', { answer: 403, message: 'You have exceeded a secondary rate limit' }],
  ['status 429, again in 1 s', { answer: 429, headers: { 'retry-after': '1' } }],
  ['status 502, though it was done', { answer: 502, applied: true }],
  ['reset before', { reset: 'before' }],
  ['reset after', { reset: 'after' }],
  ['cut body', { body: 'cut' }],
  ['slow body', { body: 'slow' }],
  ['stalled body', { body: 'stalled' }],
]

const commentCases = (): FaultCase[] =>
  (
    [
      ['list', false],
      ['pull', false],
      ['create', false],
      ['list', true],
      ['graphql', true],
      ['update', true],
      ['read', true],
    ] as const
  ).flatMap(([on, held]) =>
    ANSWERS.flatMap(([fault, does]) =>
      (['once', 'always'] as const).map(often => ({
        phase: 'comment' as const,
        fault: `GitHub, ${on}${held ? ' of a comment that is there' : ''}: ${fault}, ${often}`,
        way: 'buildx' as const,
        github: [{ on: on as RouteName, does, ...(often === 'once' && { times: 1 }) }],
        ...(held && { held: true as const }),
        ...('body' in does && does.body === 'stalled' && { patient: true as const }),
        must: 'be the same' as const,
      })),
    ),
  )

const compareCases = (): FaultCase[] => [
  ...ANSWERS.map(([fault, does]) => ({
    phase: 'compare' as const,
    fault: `GitHub, compare: ${fault}`,
    way: 'buildx' as const,
    shallow: true as const,
    github: [{ on: 'compare' as const, does }],
    ...('body' in does && does.body === 'stalled' && { patient: true as const }),
    must: 'be the same' as const,
  })),
  ...(
    [
      ['cut at 1 %', '{}/saved-1.json'],
      ['cut at 50 %', '{}/saved-50.json'],
      ['cut at 99 %', '{}/saved-99.json'],
      ['without its last 512 bytes', '{}/saved-512.json'],
      ['of another platform', '{}/saved-platform.json'],
      ['of a newer version', '{}/saved-version.json'],
      ['that is not complete', '{}/saved-incomplete.json'],
      ['that is not there', '{}/saved-nowhere.json'],
    ] as const
  ).map(([fault, path]) => ({
    phase: 'compare' as const,
    fault: `a saved report ${fault}`,
    way: 'buildx' as const,
    environment: { 'INPUT_BASE-IMAGE': `report://${path}` },
    must: 'fail' as const,
  })),
]

const summaryCases = (): FaultCase[] =>
  (
    [
      ['the summary has no room', { GITHUB_STEP_SUMMARY: '/dev/full' }, 'fail'],
      ['the summary is a folder', { GITHUB_STEP_SUMMARY: '{}' }, 'fail'],
      ['the summary lies nowhere', { GITHUB_STEP_SUMMARY: '{}/no/where' }, 'fail'],
      ['outputs have no room', { GITHUB_OUTPUT: '/dev/full' }, 'fail'],
      ['outputs are a folder', { GITHUB_OUTPUT: '{}' }, 'fail'],
      ['outputs lie nowhere', { GITHUB_OUTPUT: '{}/no/where' }, 'fail'],
      ['reports have no room', { 'INPUT_REPORT-DIR': '{}/full' }, 'fail'],
      ['the report folder is a file', { 'INPUT_REPORT-DIR': '{}/event.json' }, 'fail'],
      ['the report folder cannot be made', { 'INPUT_REPORT-DIR': '/proc/no/where' }, 'fail'],
      ['the temp folder is a file', { RUNNER_TEMP: '{}/event.json' }, 'fail'],
      ['the event lies nowhere', { GITHUB_EVENT_PATH: '{}/no/where' }, 'fail'],
      ['the event is cut', { GITHUB_EVENT_PATH: '{}/half-event.json' }, 'fail'],
    ] as const
  ).flatMap(([fault, environment, must]) =>
    (['buildx', 'layout'] as const).map(way => ({
      phase: 'summary' as const,
      fault,
      way,
      environment,
      must,
    })),
  )

export const faultCases = (): readonly FaultCase[] => [
  ...buildCases(),
  ...engineCases('build', side => `build ${side}`, 'engine', SIDES),
  ...engineCases('inspect', () => 'inspect', 'buildx', SIDES),
  ...engineCases('export', () => 'export', 'buildx', ['head']),
  ...engineCases('export', () => 'export', 'tcp', ['head']),
  ...engineCases('remove', () => 'export', 'engine', ['head']),
  ...layoutCases(),
  ...lyingCases(),
  ...compareCases(),
  ...commentCases(),
  ...summaryCases(),
]
