/** What the sections of a review's view are made from. */
import type { Review } from '../../report/types.ts'
import type { CommentContext } from '../context.ts'
import type { Paints } from './style.ts'

export interface ReviewView {
  readonly review: Review
  readonly context: CommentContext
  /** Columns that may be used. */
  readonly width: number
  readonly paints: Paints
}
