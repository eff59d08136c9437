import { claimAreas, commandRuns, fromEnv, inHomes } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

const homes = (image: RuleImage): string[] => [
  '/usr/local/cargo',
  ...inHomes(image, '.cargo'),
  ...fromEnv(image, ['CARGO_HOME']),
]

export const cargoRegistry: Rule = {
  id: 'cargo-registry',
  category: 'package-cache',
  title: 'Cargo registry and Git checkouts',
  why: 'Sources of crates that are compiled into the program already.',
  fix: 'Build in its own stage, or mount a cache: `RUN --mount=type=cache,target=/usr/local/cargo/registry cargo build --release`.',
  matchFile: image =>
    claimAreas(
      image,
      homes(image).flatMap(home => [
        { root: `${home}/registry`, holds: /^(cache|index|src)\/|^CACHEDIR\.TAG$/ },
        { root: `${home}/git`, holds: /^(db|checkouts)\/|^CACHEDIR\.TAG$/ },
      ]),
    ),
  wanted: image => commandRuns(image, 'cargo'),
  examples: {
    finds: [
      {
        path: '/usr/local/cargo/registry/cache/index.example-6f17d22bba15001f/libc-0.2.150.crate',
        subject: '/usr/local/cargo/registry',
        certainty: 'leftover',
      },
      { path: '/root/.cargo/git/db/x-0a1b/HEAD', subject: '/root/.cargo/git' },
      { path: '/c/registry/src/x/lib.rs', env: { CARGO_HOME: '/c' } },
    ],
    ignores: [
      { path: '/usr/local/cargo/bin/mdbook' },
      {
        path: '/usr/share/cargo/registry/libc-0.2.150/src/lib.rs',
        owner: { name: 'librust-libc-dev', section: 'rust' },
      },
      { path: '/app/registry/cache/users.db' },
    ],
  },
}
