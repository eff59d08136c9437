/** Puts the example's comment into README.md, as the demo computes it; `--check` compares. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoReview } from '../src/demo.ts'
import { parseOptions } from '../src/options.ts'
import { renderComment } from '../src/render/comment.ts'
import { VERSION } from '../src/version.ts'

const root = join(import.meta.dirname, '..')
const path = join(root, 'README.md')
const [START, END] = ['<!-- demo -->', '<!-- /demo -->']

const demo = await demoReview(false, {
  environment: {},
  log: { group: () => undefined, line: () => undefined, endGroup: () => undefined },
  engine: () => {
    throw new Error('the example needs no engine')
  },
  platform: 'linux/amd64',
})
const options = parseOptions(demo.values)
const { review, dockerfile } = await demo.run(options)
const comment = renderComment(review, {
  key: 'default',
  runId: null,
  name: options.name ?? 'example',
  headSha: null,
  repositoryUrl: null,
  runUrl: null,
  dockerfile,
  target: null,
  version: VERSION,
  notes: [],
})
// what is folded in the comment stays out, and headings go below the page's own
const visible = comment
  .slice(0, comment.indexOf('<details>'))
  .replace(/^(#+) /gm, '$1## ')
  .trim()
const folded = [...comment.matchAll(/<summary>(.*?)<\/summary>/g)].map(match => match[1])
const region = `${START}\n\n${visible}\n\n*Folded below it: ${folded.join(', ').replace(/<\/?code>/g, '`')}.*\n\n${END}`

const before = readFileSync(path, 'utf8')
const after = `${before.slice(0, before.indexOf(START))}${region}${before.slice(before.indexOf(END) + END.length)}`
if (!process.argv.includes('--check')) writeFileSync(path, after)
else if (after !== before) {
  console.error('README.md does not show what the demo says: run "npm run readme"')
  process.exitCode = 1
}
