/** What every mode of the action has at hand, and how each ends. */
import * as core from '@actions/core'
import type { BuildLog } from './build/build-log.ts'
import type { GitHubApi } from './github/api.ts'
import type { GitHubEvent } from './github/event.ts'
import type { PublishOutcome } from './github/publication.ts'
import { type ActionOutputs, writeOutputs } from './github/write-outputs.ts'
import type { Secrets } from './masking.ts'
import type { Options, RawValues } from './options.ts'
import { annotationText } from './render/escape/workflow-command.ts'
import { type Environment, type Stop, writing } from './world.ts'

export interface ActionRun {
  readonly environment: Environment
  readonly event: GitHubEvent
  readonly options: Options
  /** What the step was given, before the configuration file was added. */
  readonly given: RawValues
  /** What no log may show. */
  readonly secrets: Secrets
  /** Null without a token. */
  readonly api: GitHubApi | null
  /** Where relative paths start from: the checkout, if there is one. */
  readonly workspace: string
  readonly stop: Stop
}

/** The repository's page; null where the event has none. */
export const repositoryUrlOf = ({ repository, serverUrl }: GitHubEvent): string | null =>
  repository && `${serverUrl}/${repository.owner}/${repository.repo}`

/** Says what became of the comment, and sets every output. */
export const finish = async (published: PublishOutcome, outputs: ActionOutputs): Promise<void> => {
  if (published.kind === 'skipped')
    (published.notice ? core.notice : core.info)(
      annotationText(`No comment was written: ${published.reason}`),
    )
  else core.info(annotationText(`Comment ${published.kind}: ${published.url}`))
  const withheld = await writing('outputs', () => writeOutputs(outputs))
  if (withheld.length > 0)
    core.notice(`These outputs are empty because their value is not plain ASCII: ${withheld.join(', ')}`)
}

/** Groups fold in the run's log; lines come neutralised. */
export const runnerLog: BuildLog = {
  group: title => core.startGroup(title),
  line: text => core.info(text),
  endGroup: () => core.endGroup(),
}
