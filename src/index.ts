/** The action's entry. */
import { runAction } from './action.ts'

process.exitCode = 1
// what a library of ours should do differently is no news for a workflow's log
process.noDeprecation = true
runAction(process.env).then(status => {
  process.exitCode = status
})
