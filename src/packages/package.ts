/** Who installed a package: the system's own managers first, then those of Python and Node. */
export type PackageManager = 'dpkg' | 'apk' | 'rpm' | 'pacman' | 'python' | 'npm'

/** One installed package, as its manager's database has it. */
export interface Package {
  readonly manager: PackageManager
  /** With its architecture when that is not the image's own: `libc6:i386` of dpkg, `glibc.i686` of rpm. */
  readonly name: string
  readonly version: string
  /** Debian's archive section (`libdevel`, `utils` …), or null where the manager has none. */
  readonly section: string | null
  /** Absolute paths as listed; symlinked parents are not resolved here. Directories may be among them. */
  readonly files: readonly string[]
  /** Absolute directories whose whole content is the package's, as far as no list names another owner. */
  readonly roots?: readonly string[]
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

/** A package of the operating system, as opposed to one of a language. */
export const isSystemPackage = ({ manager }: Pick<Package, 'manager'>): boolean =>
  manager !== 'python' && manager !== 'npm'

/** A database, or a part of one, that could not be read, and why. */
export interface Unread {
  readonly path: string
  readonly why: string
}

/** What the databases of one state say. */
export interface PackageReading {
  readonly packages: readonly Package[]
  readonly unread: readonly Unread[]
}

/** The state of the package databases after one layer. */
export interface PackageState {
  /** The layer after which this state held. */
  readonly layer: number
  readonly packages: readonly Package[]
  /** Nothing where it is left out. */
  readonly unread?: readonly Unread[]
}
