/** The catalogue of rewrites as Markdown: `docs/rewrites.md`. */
import { inPlaceRewrites } from './index.ts'
import type { RewriteWords } from './rewrite.ts'
import { stageRewrites } from './stage-rewrites.ts'

const HEAD = `# What \`plimsoll fix\` rewrites

<!-- Made from src/fix/rewrites by scripts/make-rules-doc.ts. Change the rewrites, not this page. -->

The first rewrite in this order that is built and proved is shown; [docs/fix.md](fix.md) says what the proof is. Comments, order,
case, indentation and line ends of the Dockerfile stay as they are.

## Stages
`

export const rewritesPage = (): string =>
  [
    HEAD,
    ...stageRewrites.map(
      ({ id, title, when, why }) => `### ${id}\n\n**${title}.** ${why}\n\n*Tried when:* ${when}\n`,
    ),
    '## Single instructions\n',
    ...inPlaceRewrites.map(pageOf),
  ].join('\n')

const pageOf = ({ id, title, why, examples }: RewriteWords): string => {
  const [example] = examples.changes
  return [
    `### ${id}`,
    '',
    `**${title}.** ${why}`,
    '',
    '```diff',
    ...lines(example!.from).map(line => `-${line}`),
    ...lines(example!.to).map(line => `+${line}`),
    '```',
    '',
    'Stays as it is:',
    '',
    ...examples.keeps.map(
      text =>
        `- ${lines(text)
          .map(line => `\`${line}\``)
          .join(', ')}`,
    ),
    '',
  ].join('\n')
}

/** Without the `FROM`. */
const lines = (text: string): readonly string[] => text.replace(/\r/g, '').trimEnd().split('\n').slice(1)
