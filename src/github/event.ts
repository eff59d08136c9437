/**
 * The event that started the run, from the runner's variables and the payload: plain values, checked. A field that is
 * not what GitHub documents is missing (null); an unknown event is an event like any other and never an error.
 */

export type Environment = Readonly<Record<string, string | undefined>>

export interface Repository {
  readonly owner: string
  readonly repo: string
}

export interface PullRequest {
  readonly number: number
  readonly headSha: string
  /** The tip of the base branch when the event happened; neither the merge base nor what the merge commit stands on. */
  readonly baseSha: string
  /** `owner/name` the head comes from; null once that repository is gone. */
  readonly headRepo: string | null
  readonly baseRef: string
  /** The head comes from another repository. Says nothing of rights: a Dependabot branch is no fork and read-only too. */
  readonly fork: boolean
  /** Names of its labels when the event happened. */
  readonly labels: readonly string[]
}

/** The run that a `workflow_run` event is about: the one that measured. */
export interface WorkflowRun {
  /** `<run id>.<attempt>`. */
  readonly run: string
  readonly url: string | null
  /** What started it: `pull_request`, `push` … */
  readonly event: string
  readonly headSha: string
  readonly headBranch: string | null
  /** Null once the fork is gone. */
  readonly headRepo: string | null
  readonly headOwner: string | null
  /** Pull requests into this repository with just this head. GitHub names none for forks. */
  readonly pullNumbers: readonly number[]
}

export interface MergeGroup {
  readonly headSha: string
  readonly baseSha: string
}

export interface GitHubEvent {
  readonly name: string
  readonly repository: Repository | null
  /** Without a slash at the end, like `apiUrl`. */
  readonly serverUrl: string
  readonly apiUrl: string
  readonly runId: string | null
  readonly runAttempt: string
  /** `<run id>.<attempt>`, as a comment's marker carries it. */
  readonly run: string | null
  readonly runUrl: string | null
  /** `GITHUB_SHA`: for `pull_request` the merge commit that GitHub made for the event. */
  readonly sha: string | null
  readonly pullRequest: PullRequest | null
  readonly mergeGroup: MergeGroup | null
  readonly workflowRun: WorkflowRun | null
  /** `push`: where the branch was before; null for a new branch. */
  readonly beforeSha: string | null
  readonly workspace: string | null
}

/** Reads the event. `payload` is the parsed file at `GITHUB_EVENT_PATH`, or anything else when there is none. */
export const readEvent = (environment: Environment, payload: unknown): GitHubEvent => {
  const serverUrl = urlOf(environment.GITHUB_SERVER_URL) ?? 'https://github.com'
  const repository =
    repositoryOf(environment.GITHUB_REPOSITORY) ?? repositoryOf(field(payload, 'repository', 'full_name'))
  const runId = numeralOf(environment.GITHUB_RUN_ID)
  const runAttempt = numeralOf(environment.GITHUB_RUN_ATTEMPT) ?? '1'
  const runUrl =
    repository && runId
      ? `${serverUrl}/${repository.owner}/${repository.repo}/actions/runs/${runId}/attempts/${runAttempt}`
      : null
  return {
    name: environment.GITHUB_EVENT_NAME ?? '',
    repository,
    serverUrl,
    apiUrl: urlOf(environment.GITHUB_API_URL) ?? 'https://api.github.com',
    runId,
    runAttempt,
    run: runId && `${runId}.${runAttempt}`,
    runUrl,
    sha: shaOf(environment.GITHUB_SHA),
    pullRequest: pullRequestOf(payload),
    mergeGroup: mergeGroupOf(payload),
    workflowRun: workflowRunOf(payload, repository && `${serverUrl}/${repository.owner}/${repository.repo}`),
    beforeSha: beforeOf(payload),
    workspace: environment.GITHUB_WORKSPACE || null,
  }
}

const pullRequestOf = (payload: unknown): PullRequest | null => {
  const number = field(payload, 'pull_request', 'number')
  const headSha = shaOf(field(payload, 'pull_request', 'head', 'sha'))
  const baseSha = shaOf(field(payload, 'pull_request', 'base', 'sha'))
  const baseRef = field(payload, 'pull_request', 'base', 'ref')
  if (!isIssueNumber(number) || !headSha || !baseSha || typeof baseRef !== 'string') return null
  const headRepo = fullNameOf(field(payload, 'pull_request', 'head', 'repo', 'full_name'))
  const baseRepo = fullNameOf(field(payload, 'pull_request', 'base', 'repo', 'full_name'))
  const labels = labelsOf(field(payload, 'pull_request', 'labels'))
  return { number, headSha, baseSha, headRepo, baseRef, fork: !headRepo || headRepo !== baseRepo, labels }
}

/** The names in GitHub's list of labels. */
export const labelsOf = (labels: unknown): string[] =>
  (Array.isArray(labels) ? labels : [])
    .map(label => field(label, 'name'))
    .filter(name => typeof name === 'string')

const mergeGroupOf = (payload: unknown): MergeGroup | null => {
  const headSha = shaOf(field(payload, 'merge_group', 'head_sha'))
  const baseSha = shaOf(field(payload, 'merge_group', 'base_sha'))
  return headSha && baseSha ? { headSha, baseSha } : null
}

const workflowRunOf = (payload: unknown, repositoryUrl: string | null): WorkflowRun | null => {
  const of = (...path: string[]): unknown => field(payload, 'workflow_run', ...path)
  const [id, attempt] = [numberOf(of('id')), numberOf(of('run_attempt')) ?? 1]
  const [headSha, event, branch] = [shaOf(of('head_sha')), of('event'), of('head_branch')]
  if (id === null || !headSha || typeof event !== 'string') return null
  const headRepo = fullNameOf(of('head_repository', 'full_name'))
  const repositoryId = field(payload, 'repository', 'id')
  const listed = of('pull_requests')
  // a fork's own pull requests are listed as well
  const pulls = (Array.isArray(listed) ? listed : []).filter(
    pull =>
      repositoryId !== undefined &&
      field(pull, 'base', 'repo', 'id') === repositoryId &&
      field(pull, 'head', 'sha') === headSha,
  )
  return {
    run: `${id}.${attempt}`,
    url: repositoryUrl && `${repositoryUrl}/actions/runs/${id}/attempts/${attempt}`,
    event,
    headSha,
    headBranch: typeof branch === 'string' ? branch : null,
    headRepo,
    headOwner: headRepo?.split('/')[0] ?? null,
    pullNumbers: pulls.map(pull => field(pull, 'number')).filter(isIssueNumber),
  }
}

const NOWHERE = /^0+$/

const beforeOf = (payload: unknown): string | null => {
  const before = shaOf(field(payload, 'before'))
  return before !== null && NOWHERE.test(before) ? null : before
}

/** The value at a path of own keys, or undefined. */
export const field = (value: unknown, ...path: readonly string[]): unknown => {
  let inner = value
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined
    inner = (inner as Record<string, unknown>)[key]
  }
  return inner
}

/** A full commit id, SHA-1 or SHA-256 in lower case, or null. */
export const shaOf = (value: unknown): string | null =>
  typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : null

const isIssueNumber = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0

const numberOf = (value: unknown): number | null => (isIssueNumber(value) ? value : null)

const numeralOf = (text: string | undefined): string | null =>
  text && /^[1-9]\d{0,19}$/.test(text) ? text : null

const fullNameOf = (value: unknown): string | null =>
  typeof value === 'string' && /^[\w.-]+\/[\w.-]+$/.test(value) ? value : null

const repositoryOf = (value: unknown): Repository | null => {
  const [owner, repo] = fullNameOf(value)?.split('/') ?? []
  return owner && repo ? { owner, repo } : null
}

const urlOf = (text: string | undefined): string | null =>
  text && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text.replace(/\/+$/, '') : null
