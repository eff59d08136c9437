/**
 * `npm run guard:races`: twenty runs at once write the same comment, fifty times over, against a GitHub that answers late and
 * loses one answer in twenty. Exits 1 unless each time one comment is left and holds what the newest run has to say.
 */
import { connect } from '../../src/github/api.ts'
import { publishComment } from '../../src/github/sticky-comment.ts'
import { formatMarker, withoutMarker } from '../../src/report/marker.ts'
import { startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { createRandom } from '../support/random.ts'
import { writeResults } from './results.ts'

interface Options {
  readonly runs: number
  readonly rounds: number
  /** Rounds at the same time. */
  readonly together: number
  /** Longest delay before and after a request is carried out. */
  readonly delayMs: number
  readonly dropped: number
}

export interface RaceFigures extends Options {
  readonly oneComment: number
  readonly newestData: number
  readonly othersUntouched: number
  /** Requests by one run, in the mean. */
  readonly requestsPerRun: number
}

export const FULL: Options = { runs: 20, rounds: 50, together: 5, delayMs: 120, dropped: 0.05 }

const HEAD = 'a'.repeat(40)
const KEYS = ['default', 'api'] as const
const OF_OTHER_KEY = 4

const bodyOf = (key: string, run: string): string =>
  `${formatMarker({ key, run, head: HEAD })}\ndata of ${key} ${run}`

/** Half of the rounds begin with an earlier comment. A few runs of another image of the same pull request have another key. */
const playRound = async (options: Options, round: number) => {
  const { below } = createRandom(round * 7919)
  const random = (): number => below(2 ** 32) / 2 ** 32
  const others = ['Hello', `${bodyOf('default', '9999.1')} by somebody else`].map(body => ({
    author: 'maria',
    body,
  }))
  const earlier = round % 2 === 0 ? [] : KEYS.map(key => ({ body: bodyOf(key, '1.1') }))
  const fake = await startFakeGitHub({
    headSha: HEAD,
    comments: [...others, ...earlier],
    delayMs: () => random() * options.delayMs,
    dropped: options.dropped,
    random,
  })
  try {
    const ids = Array.from(
      { length: options.runs },
      (_, i) => `${1000 + ((i * 7 + round) % options.runs)}.${1 + (i % 3)}`,
    )
    const runs = [
      ...ids.map(runId => ({ key: 'default', runId })),
      ...ids.slice(0, OF_OTHER_KEY).map(runId => ({ key: 'api', runId })),
    ]
    await Promise.all(
      runs.map(async ({ key, runId }) => {
        await new Promise(resolve => setTimeout(resolve, random() * options.delayMs * 10))
        return publishComment({
          api: connect({ token: 'ghs_token0123456789', apiUrl: fake.url }),
          repository: { owner: 'octo', repo: 'app' },
          issueNumber: 7,
          key,
          runId,
          headSha: HEAD,
          body: bodyOf(key, runId),
          mode: 'always',
          worthCreating: true,
          failed: false,
          same: (a, b) => withoutMarker(a) === withoutMarker(b),
        })
      }),
    )
    const ours = fake.comments.filter(({ author }) => author === fake.state.login)
    const wanted = KEYS.map(key => {
      const ids = runs.filter(run => run.key === key).map(({ runId }) => runId)
      return bodyOf(key, ids.sort((a, b) => Number(a.split('.')[0]) - Number(b.split('.')[0])).at(-1)!)
    })
    return {
      one: ours.length === KEYS.length,
      newest: wanted.every(body => ours.some(comment => comment.body === body)),
      untouched: others.every(other => fake.comments.some(comment => comment.body === other.body)),
      requests: fake.requests.length,
    }
  } finally {
    await fake.stop()
  }
}

export const runRaces = async (options: Options, tell: (sentence: string) => void): Promise<RaceFigures> => {
  const figures = { oneComment: 0, newestData: 0, othersUntouched: 0 }
  let requests = 0
  for (let from = 0; from < options.rounds; from += options.together) {
    const numbers = Array.from(
      { length: Math.min(options.together, options.rounds - from) },
      (_, i) => from + i,
    )
    for (const [i, round] of (await Promise.all(numbers.map(n => playRound(options, n)))).entries()) {
      requests += round.requests
      if (round.one) figures.oneComment += 1
      if (round.newest) figures.newestData += 1
      if (round.untouched) figures.othersUntouched += 1
      if (!round.one || !round.newest || !round.untouched)
        tell(`round ${numbers[i]}: ${JSON.stringify(round)}`)
    }
  }
  const requestsPerRun = Math.round((10 * requests) / (options.rounds * (options.runs + OF_OTHER_KEY))) / 10
  return { ...options, ...figures, requestsPerRun }
}

if (process.argv[1] === import.meta.filename) {
  const figures = await runRaces(FULL, sentence => console.error(sentence))
  console.log(JSON.stringify(figures, null, 2))
  writeResults('races', figures)
  const { rounds, oneComment, newestData, othersUntouched } = figures
  if ([oneComment, newestData, othersUntouched].some(count => count !== rounds)) process.exitCode = 1
}
