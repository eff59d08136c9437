/** docs/events.md, from what the events did. */
import type { EventResult } from './run-events.ts'

export const eventsPage = (results: readonly EventResult[]): string => {
  const rows = results.map(
    ({ event, head, baseline, comment, gate }) =>
      `| ${event} | ${head} | ${baseline} | ${comment} | ${gate} |`,
  )
  return `# What happens in which event

Written by \`npm run events\`: each row is a run of the built action on GitHub's own example of the event
(\`@octokit/webhooks-examples\`), with a repository whose pull request adds 2 MB to an image of 1 MB. "Gate" is what budgets were
judged by; what is measured only against a base is not judged without one.

| Event | Image | Baseline | Comment | Gate |
|:--|:--|:--|:--|:--|
${rows.join('\n')}

- **Any other event** is like the last rows: the checkout is measured, nothing is compared, no comment is written.
- **No permission to comment** (forks, Dependabot, a token that only reads) changes neither verdict nor summary; the README's two
  workflows write the comment for forks.
- **\`pull_request_target\` and \`workflow_run\`** hold a token that writes, so a pull request's code is not built there: it would run
  the Dockerfile of whoever opened it. Context, Dockerfile, bake file and named contexts are each looked at, wherever in the
  workspace they were checked out. \`workflow_run\` publishes what \`pull_request\` measured (\`reports\`).
- **\`push\`** saves its report in \`baseline-dir\` for later runs. The base commit of a pull request is looked for there first
  (\`baseline: auto\`), or only there (\`saved\`); a report that is not there is measured by building, or is missing.
- **\`base-ref\`** or \`base-image\` gives any event a base.
`
}
