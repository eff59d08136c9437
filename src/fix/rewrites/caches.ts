/** Caches of package managers: which commands fill them, and where. */

/** One cache. */
export interface Cache {
  readonly rule: string
  /** A command that fills it. */
  readonly fills: RegExp
  /** A word that says that its author sees to it, or that another rewrite did. */
  readonly settled: RegExp
  /** Where it is for root, when no variable says otherwise; null where that depends on more than the tool. */
  readonly usual: string | null
  /** What of the folder is a cache; default: all of it. */
  readonly parts?: readonly string[]
  readonly options?: string
  /** A later command that reads what an earlier one fetched. */
  readonly reads?: RegExp
}

const BEFORE = String.raw`^(?:sudo )?(?:\w+=\S* )*(?:\S*\/)?`
const starts = (words: string): RegExp => new RegExp(`${BEFORE}${words}`)

export const CACHES: readonly Cache[] = [
  {
    rule: 'pip-cache',
    fills: starts(String.raw`(?:python3?(?:\.\d+)? (?:-\S+ )*-m )?pip3?(?:\.\d+)? (?:-\S+ )*install\b`),
    settled: /no-cache-dir|NO_CACHE_DIR|pip3? cache/,
    usual: '/root/.cache/pip',
  },
  {
    rule: 'npm-cache',
    fills: starts(String.raw`npm (?:-\S+ )*(?:ci|i|install)\b`),
    settled: /npm cache|--cache\b/,
    usual: '/root/.npm',
    // what `npx` fetched runs from there
    parts: ['_cacache'],
  },
  {
    rule: 'yarn-cache',
    fills: starts('yarn(?: (?:install|--).*)?$'),
    settled: /yarn cache|--cache-folder/,
    usual: '/usr/local/share/.cache/yarn',
  },
  {
    rule: 'pnpm-store',
    fills: starts(String.raw`pnpm (?:-\S+ )*(?:install|i|add|fetch)\b`),
    settled: /pnpm store|store-dir/,
    usual: '/root/.local/share/pnpm/store',
    reads: /\bpnpm (?:-\S+ )*(?:install|i|add|deploy|rebuild)\b/,
  },
  {
    rule: 'bun-cache',
    fills: starts(String.raw`bun (?:-\S+ )*(?:install|i|add)\b`),
    settled: /bun pm cache|--no-cache|--cache-dir|BUN_INSTALL/,
    usual: '/root/.bun/install/cache',
    reads: /\bbun (?:-\S+ )*(?:install|i|add)\b/,
  },
  {
    rule: 'uv-cache',
    fills: starts(String.raw`uv (?:sync|pip (?:install|sync))\b`),
    settled: /--no-cache|UV_NO_CACHE|UV_LINK_MODE=(?:sym|hard)link|uv cache/,
    usual: '/root/.cache/uv',
  },
  {
    rule: 'python-installer-caches',
    fills: starts(String.raw`poetry (?:-\S+ )*install\b`),
    settled: /poetry cache|--no-cache/,
    usual: '/root/.cache/pypoetry',
    // environments are in the same folder
    parts: ['cache', 'artifacts'],
  },
  {
    rule: 'go-build-cache',
    fills: starts(String.raw`go (?:build|install|test|vet|generate)\b`),
    settled: /go clean|GOCACHE/,
    usual: '/root/.cache/go-build',
  },
  {
    rule: 'go-module-cache',
    fills: starts(String.raw`go (?:build|install|get|mod download)\b`),
    settled: /go clean|GOMODCACHE|-modcacherw/,
    usual: '/go/pkg/mod',
    reads: /\bgo\b/,
  },
  {
    rule: 'cargo-registry',
    fills: starts(String.raw`cargo (?:\+\S+ )?(?:build|install|fetch|test)\b`),
    settled: /CARGO_HOME|cargo cache/,
    usual: '/usr/local/cargo/registry',
    reads: /\bcargo\b/,
  },
  {
    rule: 'maven-repository',
    fills: starts(String.raw`mvnw?\b`),
    settled: /maven\.repo\.local|\s(?:-o|--offline)\b/,
    usual: '/root/.m2',
    // settings lie beside them
    parts: ['repository', 'wrapper'],
    reads: /\bmvnw?\b|\.m2\b/,
  },
  {
    rule: 'gradle-cache',
    fills: starts(String.raw`gradlew?\b`),
    settled: /GRADLE_USER_HOME|--gradle-user-home|\s-g\b|--offline\b/,
    usual: '/root/.gradle',
    // JDKs that a program may run on lie beside them
    parts: ['caches', 'wrapper'],
    reads: /\bgradlew?\b|\.gradle\b/,
  },
  {
    rule: 'composer-cache',
    fills: starts(String.raw`composer (?:-\S+ )*(?:install|require|update|create-project)\b`),
    settled: /clear-?cache|--no-cache|COMPOSER_(?:HOME|CACHE)/,
    usual: null,
  },
  {
    rule: 'apt-archives',
    fills: /^(?:sudo )?(?:\w+=\S* )*apt(?:-get)?\s.*\binstall\b/,
    settled: /\bapt(?:-get)? (?:auto|dist)?clean\b|\/var\/cache\/apt/,
    usual: null,
    options: ',sharing=locked',
  },
]
