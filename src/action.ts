/** The action: inputs and event in; comment, summary, annotations, outputs and an exit status out. */
import * as core from '@actions/core'
import { publishReports } from './action-publish.ts'
import { reviewImage } from './action-review.ts'
import type { ActionRun } from './action-run.ts'
import { messageOf, UserError } from './errors.ts'
import { connect } from './github/api.ts'
import { readEvent } from './github/event.ts'
import { loadPayload } from './github/load-payload.ts'
import { NO_OUTPUTS, writeOutputs } from './github/write-outputs.ts'
import { findSecrets, secretValues } from './masking.ts'
import { mergeValues, parseOptions, type RawValues, readActionInputs } from './options.ts'
import { annotationText } from './render/escape/workflow-command.ts'
import { type Environment, readConfigFile, type Stop, stopOnSignals } from './world.ts'

/** @returns the exit status: 0, 1 when the check fails or the review is not complete, or that of the signal */
export const runAction = async (environment: Environment): Promise<number> => {
  const stop = stopOnSignals()
  const lastWords = speakLast(stop)
  try {
    const run = await openRun(environment, stop)
    const status = run.options.mode === 'publish' ? await publishReports(run) : await reviewImage(run)
    return stop.status() ?? status
  } catch (error) {
    const stopped = stop.status()
    // nothing of ours is left; what was being read need not be waited for
    if (stopped !== null) process.exit(stopped)
    const words =
      error instanceof UserError ? error.message : `a fault of Plimsoll itself: ${messageOf(error)}`
    core.setFailed(annotationText(words))
    if (!(error instanceof UserError) && error instanceof Error) core.info(annotationText(error.stack ?? ''))
    emptyOutputs()
    return 1
  } finally {
    lastWords.silence()
  }
}

/**
 * What is said where no answer comes: an error that nobody waits for, or a wait for something that never happens. The
 * exit status is a failure in both.
 */
const speakLast = (stop: Stop): { readonly silence: () => void } => {
  const crash = (error: unknown): void => {
    if (stop.status() !== null) return
    core.setFailed(annotationText(`a fault of Plimsoll itself: ${messageOf(error)}`))
    if (error instanceof Error) core.info(annotationText(error.stack ?? ''))
    emptyOutputs()
    stop.fail(1)
  }
  const idle = (): void => {
    if (stop.status() !== null) return
    core.setFailed(
      'a fault of Plimsoll itself: it waits for something that never happens; nothing was judged',
    )
    emptyOutputs()
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  process.on('beforeExit', idle)
  // an error that comes after the answer still is one
  return { silence: () => void process.off('beforeExit', idle) }
}

/** Where the runner's file cannot be written, the outputs are empty as well. */
const emptyOutputs = (): void => {
  try {
    writeOutputs(NO_OUTPUTS)
  } catch (error) {
    core.info(annotationText(`outputs cannot be written (${messageOf(error)})`))
  }
}

const openRun = async (environment: Environment, stop: Stop): Promise<ActionRun> => {
  const workspace = environment.GITHUB_WORKSPACE || process.cwd()
  const event = readEvent(environment, loadPayload(environment))
  const given = readActionInputs(environment)
  // beside downloaded reports a configuration file may be a stranger's: only one that is asked for is read there
  const isPublishing = given.has('reports') && !given.has('config-file')
  const fromFile: RawValues = isPublishing ? new Map() : await readConfigFile(given, workspace)
  const options = parseOptions(mergeValues(fromFile, given))
  for (const value of secretValues(options, environment)) core.setSecret(value)
  const secrets = await findSecrets(options, environment, workspace)
  const api = options.githubToken ? connect({ token: options.githubToken, apiUrl: event.apiUrl }) : null
  return { environment, event, options, given, secrets, api, workspace, stop }
}
