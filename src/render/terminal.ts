/** What a person reads in a terminal of 80 to 100 columns. */
export { renderInspect } from './terminal/inspect.ts'
export { renderReview } from './terminal/review.ts'
export type { Style } from './terminal/style.ts'
