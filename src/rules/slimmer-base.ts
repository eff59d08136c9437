/** Smaller siblings of base images: the same family, version and libc without what only a build needs. */

export interface SlimmerBase {
  readonly name: string
  /** A clause: "the same Python without compilers and headers". */
  readonly why: string
}

const CODENAME = '(?:bookworm|bullseye|trixie|buster|forky|sid|stretch)'

/** Families whose `-slim` stands before the codename (`3.12-slim-bookworm`) or after it (`24-bookworm-slim`). */
const SLIM_FIRST = new Map([
  ['python', 'Python'],
  ['ruby', 'Ruby'],
  ['perl', 'Perl'],
])
/** Their `-slim` lacks what other languages need, not their own compiler. */
const SLIM_WITH_COMPILER: ReadonlySet<string> = new Set(['rust', 'haskell'])
const SLIM_LAST = new Map([
  ['node', 'Node.js'],
  ['erlang', 'Erlang'],
  ['elixir', 'Elixir'],
])

/**
 * @param name as after `FROM`, such as `python:3.12` or `docker.io/library/golang:1.26`
 * @param osRelease `/etc/os-release` of the image: which release of a distribution a tag without its name is
 */
export const slimmerBase = (name: string, osRelease: Buffer | null = null): SlimmerBase | null => {
  const [, path = '', tag = 'latest'] = /^([^:@]+(?::\d+\/[^:@]+)?)(?::([^@]+))?(?:@.*)?$/.exec(name) ?? []
  const family = path.replace(/^(docker\.io\/)?(library\/)?/, '')
  if (family === '' || /(^|-)(chiseled|distroless|windowsservercore|nanoserver)(-|$)/.test(tag)) return null
  if (/(^|-)slim(-|$)/.test(tag) && !SLIM_WITH_COMPILER.has(family)) return null
  const release = readRelease(osRelease)
  const registry = path.slice(0, path.length - family.length)
  const found =
    family.startsWith('mcr.microsoft.com/') || family.startsWith('nvidia/')
      ? vendorSibling(family, tag)
      : officialSibling(family, tag, release)
  return found && { ...found, name: `${registry}${found.name}` }
}

const officialSibling = (family: string, tag: string, release: Release): SlimmerBase | null => {
  if (/(^|-)alpine/.test(tag)) return alpineSibling(family, tag, release)
  const language = SLIM_FIRST.get(family) ?? SLIM_LAST.get(family)
  if (language !== undefined) {
    const slim = slimTag(tag, SLIM_FIRST.has(family))
    return slim === null
      ? null
      : { name: `${family}:${slim}`, why: `the same ${language} without compilers and headers` }
  }
  return javaSibling(family, tag) ?? compiledSibling(family, tag, release)
}

/** `3.12` → `3.12-slim`, `3.12-bookworm` → `3.12-slim-bookworm`; null for a variant that is not known. */
const slimTag = (tag: string, slimFirst: boolean): string | null => {
  const [, version, codename] =
    new RegExp(`^(latest|lts|current|[\\d.]+|[a-z]+)(?:-(${CODENAME}))?$`).exec(tag) ?? []
  if (version === undefined) return null
  if (new RegExp(`^${CODENAME}$`).test(version)) return slimFirst ? `slim-${version}` : `${version}-slim`
  if (version === 'latest') return codename === undefined ? 'slim' : null
  if (codename === undefined) return `${version}-slim`
  return slimFirst ? `${version}-slim-${codename}` : `${version}-${codename}-slim`
}

const javaSibling = (family: string, tag: string): SlimmerBase | null => {
  const why = 'a Java run time without the compiler and the build tool'
  if (family === 'eclipse-temurin' && !/(^|-)jre(-|$)/.test(tag)) {
    const jre = /(^|-)jdk(-|$)/.test(tag) ? tag.replace(/(^|-)jdk(-|$)/, '$1jre$2') : `${tag}-jre`
    return tag === 'latest'
      ? null
      : { name: `eclipse-temurin:${jre}`, why: 'the same Java without the compiler' }
  }
  const version =
    family === 'openjdk' ? /^(\d+)/.exec(tag)?.[1] : /(?:eclipse-temurin|jdk|openjdk)-?(\d+)/.exec(tag)?.[1]
  return version !== undefined && ['openjdk', 'maven', 'gradle'].includes(family)
    ? { name: `eclipse-temurin:${version}-jre`, why }
    : null
}

/** Compiled programs need no language image: the distribution below it, in the same release, has their libc. */
const compiledSibling = (family: string, tag: string, release: Release): SlimmerBase | null => {
  if (!['golang', 'rust', 'buildpack-deps', 'debian', 'haskell'].includes(family)) return null
  const codename = new RegExp(`(?:^|-)(${CODENAME})(?:-|$)`).exec(tag)?.[1] ?? release.debian
  if (codename === null || /(^|-)(curl|scm)(-|$)/.test(tag)) return null
  const why =
    family === 'debian'
      ? 'the same packages without documentation and translations'
      : family === 'buildpack-deps'
        ? 'the same Debian without compilers and headers'
        : 'the same Debian and libc; a compiled program needs no more'
  return { name: `debian:${codename}-slim`, why }
}

const alpineSibling = (family: string, tag: string, release: Release): SlimmerBase | null => {
  const java = javaSibling(family, tag)
  if (java) return { ...java, name: /alpine/.test(java.name) ? java.name : `${java.name}-alpine` }
  if (family !== 'golang' && family !== 'rust') return null
  const version = /alpine(\d+\.\d+)$/.exec(tag)?.[1] ?? release.alpine
  return version === null
    ? null
    : { name: `alpine:${version}`, why: 'the same Alpine and libc; a compiled program needs no more' }
}

/**
 * The run time counts its releases otherwise than the SDK (`8.0.404` comes with `8.0.11`), so only their common part
 * names one of it; and there is no `-aot`, which is what compiles ahead of time.
 */
const runTimeTag = (tag: string): string =>
  tag.replace(/^(\d+\.\d+)\.\d(?:\d\d|xx)(?=-|$)/, '$1').replace(/-aot(?=-|$)/, '')

const vendorSibling = (family: string, tag: string): SlimmerBase | null => {
  if (family === 'mcr.microsoft.com/dotnet/sdk')
    return {
      name: `mcr.microsoft.com/dotnet/aspnet:${runTimeTag(tag)}`,
      why: 'the .NET run time without the SDK',
    }
  if (family === 'nvidia/cuda' && /(^|-)devel(-|$)/.test(tag))
    return {
      name: `${family}:${tag.replace(/(^|-)devel(-|$)/, '$1runtime$2')}`,
      why: 'the same CUDA without compilers and headers',
    }
  return null
}

interface Release {
  /** Debian's codename. */
  readonly debian: string | null
  /** Alpine's `3.20`. */
  readonly alpine: string | null
}

/** os-release(5): `ID=debian`, `VERSION_CODENAME=bookworm`, `VERSION_ID=3.20.3`. */
const readRelease = (body: Buffer | null): Release => {
  const fields = new Map(
    (body?.toString('utf8', 0, 4096) ?? '').split('\n').map((line): [string, string] => {
      const equals = line.indexOf('=')
      return [line.slice(0, equals), line.slice(equals + 1).replace(/^["']|["']$/g, '')]
    }),
  )
  const id = fields.get('ID')
  const codename = fields.get('VERSION_CODENAME') ?? ''
  return {
    debian: id === 'debian' && /^[a-z]+$/.test(codename) ? codename : null,
    alpine: id === 'alpine' ? (/^\d+\.\d+/.exec(fields.get('VERSION_ID') ?? '')?.[0] ?? null) : null,
  }
}
