/** The action's entry. */
import { runAction } from './action.ts'

process.exitCode = 1
runAction(process.env).then(status => {
  process.exitCode = status
})
