import { join } from 'node:path'
import { root } from '../support/engine.ts'

/** The bundles under guard: those of the checkout, or of the folder that `PLIMSOLL_DIST` names. */
export const dist = process.env.PLIMSOLL_DIST ?? join(root, 'dist')
