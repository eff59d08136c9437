import { commandRuns, type FileMatcher } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** A version-control directory and what of it proves that it is one. */
const KINDS: readonly { readonly name: string; readonly proof: readonly string[] }[] = [
  { name: '.git', proof: ['HEAD', 'objects'] },
  { name: '.hg', proof: ['store', 'requires'] },
  { name: '.svn', proof: ['wc.db'] },
  { name: '.bzr', proof: ['branch-format'] },
]

const PLACE = /\/\.(?:git|hg|svn|bzr)(?=\/)/g

/** Homebrew is a checkout of itself and updates itself by it. */
const SELF_UPDATING = /\/(Homebrew|\.linuxbrew)(\/|$)/

const matcher = (image: RuleImage): FileMatcher | null => {
  if (image.named(...KINDS.map(({ name }) => name)).length === 0) return null
  const known = new Map<string, boolean>()
  const isRepository = (directory: string): boolean => {
    let is = known.get(directory)
    if (is === undefined) {
      const kind = KINDS.find(({ name }) => directory.endsWith(`/${name}`))!
      is = kind.proof.every(name => image.exists(`${directory}/${name}`))
      known.set(directory, is)
    }
    return is
  }
  return ({ path, owner }) => {
    if (owner || !path.includes('/.')) return null
    for (const { index, 0: name } of path.matchAll(PLACE)) {
      const subject = path.slice(0, index + name.length)
      if (!isRepository(subject)) continue
      return SELF_UPDATING.test(subject)
        ? { subject, certainty: 'hint', reason: 'Homebrew updates itself by its checkout.' }
        : { subject }
    }
    return null
  }
}

export const vcsData: Rule = {
  id: 'vcs-data',
  category: 'vcs',
  title: 'Version-control data',
  why: 'The history of the source is no part of the program, and may hold what was deleted from it, secrets too.',
  fix: 'Name `.git` in `.dockerignore`; where the build clones, use `git clone --depth 1` in a build stage, or `ADD` the repository by its URL.',
  matchFile: matcher,
  wanted: image => commandRuns(image, 'git', 'hg', 'svn', 'gitversion', 'git-sync'),
  examples: {
    finds: [
      {
        path: '/app/.git/objects/pack/pack-0a1b.pack',
        beside: ['/app/.git/HEAD'],
        subject: '/app/.git',
        certainty: 'leftover',
      },
      {
        path: '/usr/local/bundle/bundler/gems/x-0a1b/.git/config',
        beside: [
          '/usr/local/bundle/bundler/gems/x-0a1b/.git/HEAD',
          '/usr/local/bundle/bundler/gems/x-0a1b/.git/objects/x',
        ],
      },
      { path: '/src/.svn/pristine/0a/0a1b.svn-base', beside: ['/src/.svn/wc.db'], subject: '/src/.svn' },
      { path: '/src/.hg/store/data/a.i', beside: ['/src/.hg/requires'] },
      {
        path: '/app/.git/objects/0a/1b',
        beside: ['/app/.git/HEAD'],
        command: ['sh', '-c', 'git pull && ./run'],
        certainty: 'hint',
      },
      {
        path: '/home/linuxbrew/.linuxbrew/Homebrew/.git/objects/0a/1b',
        beside: ['/home/linuxbrew/.linuxbrew/Homebrew/.git/HEAD'],
        certainty: 'hint',
      },
    ],
    ignores: [
      { path: '/app/.gitignore', beside: ['/app/.git/HEAD', '/app/.git/objects/x'] },
      { path: '/app/.git/hooks/pre-commit' },
      // a server's repositories
      { path: '/srv/repos/app.git/objects/0a/1b', beside: ['/srv/repos/app.git/HEAD'] },
      { path: '/app/.github/workflows/ci.yml' },
    ],
  },
}
