import { below, commandRuns, type FileMatcher, inHomes, isSharedPrefix, rootsOfTool } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

const PACKAGE =
  /^(ghc|ghc-(prof|doc|dynamic|static|dev|compiler|libs)|cabal|cabal-install|haskell-stack|stack|alex|happy|hsc2hs|haskell-platform|libghc-.+-(dev|prof|doc))$/

/** Tools that keep a toolchain of their own in a home: ghcup, stack, cabal. A program that cabal installed is not claimed. */
const HOME_PARTS: readonly (readonly [directory: string, holds: RegExp])[] = [
  ['.ghcup', /^(ghc|bin|cache|tmp|trash|logs|db)\//],
  ['.stack', /^(programs|snapshots|pantry|setup-exe-cache|setup-exe-src)\//],
  ['.cabal', /^(packages|store|logs)\//],
  ['.local/state/cabal', /^(store|logs)\//],
  ['.cache/cabal', /^(packages|logs)\//],
]

const findTrees = (image: RuleImage): string[] =>
  rootsOfTool(image, 'ghc-pkg').filter(
    root => !isSharedPrefix(image, root) && image.exists(`${root}/bin/ghc`),
  )

const matcher = (image: RuleImage): FileMatcher | null => {
  const trees = findTrees(image)
  const parts = HOME_PARTS.flatMap(([directory, holds]) =>
    inHomes(image, directory)
      .filter(root => image.exists(root))
      .map(root => ({ root, holds })),
  )
  if (trees.length + parts.length === 0) return null
  return ({ path, owner }) => {
    if (owner) return null
    for (const { root, holds } of parts) {
      const rest = below(root, path)
      if (rest !== null && holds.test(rest)) return { subject: root }
    }
    const subject = trees.find(root => below(root, path) !== null)
    return subject === undefined ? null : { subject }
  }
}

export const haskellToolchain: Rule = {
  id: 'haskell-toolchain',
  category: 'compiler',
  title: 'Haskell toolchain',
  why: 'GHC compiles to a program that needs no GHC to run.',
  fix: 'Build in a stage `FROM haskell` and `COPY --from` the program into a small final image of the same Debian release, with `libgmp10`.',
  matchPackage: ({ name }) => (PACKAGE.test(name) ? { role: 'build' } : null),
  matchFile: matcher,
  wanted: image => commandRuns(image, 'ghc', 'ghci', 'runghc', 'runhaskell', 'cabal', 'stack'),
  examples: {
    finds: [
      { package: { name: 'ghc', section: 'haskell' }, subject: 'ghc', certainty: 'leftover' },
      { package: { name: 'libghc-aeson-dev', section: 'haskell' } },
      {
        path: '/opt/ghc/9.4.7/lib/ghc-9.4.7/lib/x86_64-linux-ghc-9.4.7/base-4.17.2.0/libHSbase-4.17.2.0.a',
        beside: ['/opt/ghc/9.4.7/bin/ghc', '/opt/ghc/9.4.7/bin/ghc-pkg'],
        subject: '/opt/ghc/9.4.7',
        certainty: 'leftover',
      },
      { path: '/root/.ghcup/ghc/9.4.7/lib/ghc-9.4.7/lib/settings', subject: '/root/.ghcup' },
      { path: '/root/.cabal/packages/hackage.example/01-index.tar', subject: '/root/.cabal' },
      { path: '/root/.cabal/packages/x/01-index.tar', command: ['cabal', 'run'], certainty: 'hint' },
    ],
    ignores: [
      { path: '/root/.cabal/bin/pandoc' },
      { path: '/root/.local/bin/server', beside: ['/root/.stack/programs/x'] },
      {
        path: '/opt/conda/lib/libtorch_cuda.so',
        beside: ['/opt/conda/conda-meta/history', '/opt/conda/bin/ghc', '/opt/conda/bin/ghc-pkg'],
      },
      { path: '/usr/bin/pandoc', beside: ['/usr/bin/ghc', '/usr/bin/ghc-pkg'] },
      { package: { name: 'libgmp10', section: 'libs' } },
      { package: { name: 'pandoc', section: 'text' } },
    ],
  },
}
