/** Sentences beside the numbers: why there is no difference, which budgets the change loosens, who accepted it, what was silenced. */
import { ignoreNotes } from './ignore.ts'
import type { RaisedBudget, Review, ReviewAbout } from './types.ts'

/** In the order in which they matter. `code` is in backticks. */
export const reviewNotes = (review: Review, { sameInputs }: Pick<ReviewAbout, 'sameInputs'>): string[] => [
  ...review.raised.map(raisedNote),
  ...(review.acceptedBy === null ? [] : [acceptedNote(review.acceptedBy)]),
  ...(sameInputs
    ? ['Nothing that is built from changed, so the base image is the same and was not built.']
    : []),
  ...ignoreNotes(review.ignored),
]

/** `20 MB → 400 MB here`: what a row of the size table says of its budget, too. */
const raisedWords = ({ from, to }: RaisedBudget): string =>
  to === null ? `${from} → none here` : `${from} → ${to} here`

const raisedNote = (raised: RaisedBudget): string =>
  `The budget \`${raised.name}\` is loosened by the same change: ${raisedWords(raised)}.`

/** Who may label is GitHub's rule: the triage role and above (docs: "Repository roles for an organization"). */
const acceptedNote = (label: string): string =>
  `Accepted by the label \`${label}\`, which only people with the triage, write, maintain or admin role can set; without it this fails.`
