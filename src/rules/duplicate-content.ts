import { isPackagePart } from './match.ts'
import type { Rule } from './rule.ts'

/** Whether a copy of this file would be worth a word: libraries carry the same files for reasons of their own. */
export const mayBeDuplicate = (path: string): boolean => !isPackagePart(path)

export const duplicateContent: Rule = {
  id: 'duplicate-content',
  category: 'layer-waste',
  title: 'The same content twice',
  why: 'Two files with the same content are stored twice.',
  fix: 'Keep one and link to it, or `COPY` only the folder that the program runs from.',
  matchFile:
    () =>
    ({ owner, duplicate }) =>
      owner || !duplicate
        ? null
        : {
            subject: duplicate.root,
            certainty: 'hint',
            reason: `The same content is in \`${duplicate.original.replaceAll('`', '')}\`.`,
          },
  examples: {
    finds: [
      {
        path: '/src/data/model.bin',
        duplicate: { root: '/src', original: '/app' },
        subject: '/src',
        certainty: 'hint',
      },
    ],
    ignores: [
      { path: '/src/data/model.bin' },
      { path: '/usr/lib/git-core/git', owner: { name: 'libgit' }, duplicate: { root: '/a', original: '/b' } },
    ],
  },
}
