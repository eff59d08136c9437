/** One installed package, as its manager's database has it. */
export interface Package {
  readonly manager: 'dpkg' | 'apk'
  /** With `:arch` when it is not the image's own architecture. */
  readonly name: string
  readonly version: string
  /** Debian's archive section (`libdevel`, `utils` …), or null where the manager has none. */
  readonly section: string | null
  /** Absolute paths as listed; symlinked parents are not resolved here. Directories may be among them. */
  readonly files: readonly string[]
  /** Names that this package needs, in the manager's own words, alternatives together. */
  readonly depends: readonly (readonly string[])[]
  readonly recommends: readonly (readonly string[])[]
  /** Other names that this package answers to. */
  readonly provides: readonly string[]
  /** Essential, or of priority `required`: part of the system itself. */
  readonly essential: boolean
  /** True when the manager says a person asked for it, false when it came as a dependency, null when unknown. */
  readonly requested: boolean | null
}

/** The state of the package databases after one layer. */
export interface PackageState {
  /** The layer after which this state held. */
  readonly layer: number
  readonly packages: readonly Package[]
}
