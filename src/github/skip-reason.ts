import { RefusedError } from './persist.ts'

/** Why a comment could not be written, in one sentence that names what to change. */
export const reasonOf = (error: Error): string => {
  if (!(error instanceof RefusedError)) return `${error.message}. ${STILL}`
  const { status, locked } = error.reply
  const why = locked ? 'the pull request is locked' : (WHY[status] ?? 'GitHub refused the comment')
  return `${why} (${error.message}). ${locked ? STILL : PERMISSION}`
}

const WHY: Readonly<Record<number, string>> = {
  401: 'the token is not valid',
  403: 'the token may not comment here',
  404: 'the token does not see this pull request',
  410: 'comments on this pull request are switched off',
  422: 'GitHub did not accept the comment’s text',
}

const STILL = 'The verdict and the job summary are not affected'
const PERMISSION =
  'A comment needs "permissions: pull-requests: write" in the workflow; on pull requests of forks and of Dependabot the token is read-only whatever it says. The verdict and the job summary are not affected'
