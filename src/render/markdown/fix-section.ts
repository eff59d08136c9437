/** "−277.8 MB, built and checked": the rewritten Dockerfile, folded under one line. */
import { formatDelta } from '../../units.ts'
import { plain, prose, unifiedFence } from '../escape/markdown.ts'
import { fold, type Page } from './page.ts'

const MOST_LINES = 200

/** Null where nothing was proved. */
export const fixSection = (page: Page): string | null => {
  const { fix } = page.review
  if (fix === null || !page.limits.diffs) return null
  const ran = fix.proof.some(({ step }) => step === 'smoke-test')
  const title = `A smaller Dockerfile: ${formatDelta(-fix.saves)}, built and checked`
  const diff =
    unifiedFence(fix.diff, MOST_LINES) ??
    'The change cannot be shown here: see `review.json`, or run `plimsoll fix`.'
  const how = ran
    ? 'It was built, looked through, and your smoke test succeeded in both images.'
    : 'It was built and looked through by what its files and package databases say; nothing of it was run.'
  const steps = fix.proof
    .filter(({ passed }) => passed)
    .map(({ step, detail }) => `- ${plain(step, 40)}: ${prose(detail, 300)}`)
  return fold(page, title, [how, diff, steps.join('\n')].join('\n\n'))
}
