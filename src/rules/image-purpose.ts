/** Images that are meant to build: a toolchain image, a CI runner, a dev container. */
import { lastPart } from '../path-parts.ts'
import type { RuleImage } from './rule.ts'

const PURPOSE_LABELS = /^(devcontainer\.metadata|com\.visualstudio\.code\.devcontainers\..+)$/
const TITLE_LABEL = 'org.opencontainers.image.title'
const BUILDER = /(^|[^a-z])(builder|toolchain|devcontainer|dev-container|runner|build-env|ci)([^a-z]|$)/i

/** Variables that toolchain images set and images to run programs in do not, and what they say. */
const MARKERS: readonly (readonly [variable: string, what: string])[] = [
  ['GOLANG_VERSION', 'the Go toolchain'],
  ['GOTOOLCHAIN', 'the Go toolchain'],
  ['RUST_VERSION', 'the Rust toolchain'],
  ['RUSTUP_HOME', 'the Rust toolchain'],
  ['CARGO_HOME', 'the Rust toolchain'],
  ['MAVEN_HOME', 'Maven'],
  ['GRADLE_HOME', 'Gradle'],
  ['DOTNET_SDK_VERSION', 'the .NET SDK'],
  ['GCC_VERSION', 'GCC'],
  ['SWIFT_SIGNING_KEY', 'the Swift toolchain'],
  ['CABAL_INSTALL', 'GHC'],
  ['NV_CUDA_LIB_DEV_VERSION', "CUDA's development files"],
  ['NV_CUDA_CUDART_DEV_VERSION', "CUDA's development files"],
]

const TOOLCHAIN_BASE =
  /^(golang|gcc|rust|maven|gradle|buildpack-deps|haskell|swift|sdk|devcontainers|actions-runner|sbt|cimg|emsdk|zig)$/

/** Packages that `buildpack-deps`, and so the full `node`, `python` and `ruby` images, hold together, and few others do. */
const BUILDPACK = [
  'g++',
  'make',
  'autoconf',
  'automake',
  'libtool',
  'subversion',
  'libmagickcore-dev',
  'libpq-dev',
]

/** What starts something and is nothing itself. */
const WRAPPER = /^(tini|dumb-init|docker-init|--|-g|-l|-i|-il|-li|--login|--interactive|.*entrypoint(\.sh)?)$/
const INTERACTIVE =
  /^(sh|bash|ash|dash|zsh|fish|busybox|node|python\d*(\.\d+)?|irb|ruby|jshell|php|perl|julia|ghci|erl|iex|go|cargo|rustc|mvn|gradle|dotnet|swift|gcc|make|pwsh|sleep|infinity)$/

/** A sentence that says why the image is for building, or null. */
export const imagePurpose = (image: RuleImage): string | null => {
  for (const label of image.labels.keys())
    if (PURPOSE_LABELS.test(label)) return `Its label \`${label}\` says that it is a development container.`
  const title = image.labels.get(TITLE_LABEL)
  if (title !== undefined && BUILDER.test(title))
    return `Its label \`${TITLE_LABEL}\` says that it is for building.`
  if (!startsNothing(image.command)) return null
  const holds = toolchainOf(image)
  return holds && `The image is made for building: it comes with ${holds} and starts no program of its own.`
}

const startsNothing = (command: readonly string[]): boolean =>
  command.every(word => {
    const name = lastPart(word)
    return WRAPPER.test(name) || INTERACTIVE.test(name)
  })

/** From the name of the base where it is known: a variable may be the image's own. */
const toolchainOf = (image: RuleImage): string | null => {
  const names = new Set(image.packages.map(pkg => pkg.name))
  const isBuildpack = BUILDPACK.every(each => names.has(each))
  if (image.baseName !== null) return toolchainBase(image.baseName, isBuildpack)
  const marker = MARKERS.find(([variable]) => image.env.has(variable))
  if (marker) return marker[1]
  if (image.exists(`${image.env.get('JAVA_HOME') ?? '/none'}/bin/javac`)) return 'a JDK'
  return isBuildpack ? 'the packages of `buildpack-deps`' : null
}

const toolchainBase = (baseName: string, isBuildpack: boolean): string | null => {
  const name = baseName.replace(/@.*$/, '')
  const tag = /:([^/]*)$/.exec(name)?.[1] ?? ''
  const parts = name.replace(/:[^/]*$/, '').split('/')
  const isToolchain =
    parts.some(part => TOOLCHAIN_BASE.test(part)) ||
    BUILDER.test(parts.at(-1)!) ||
    /(^|-)(devel|sdk|jdk)(-|$)/.test(tag) ||
    (isBuildpack && parts.some(part => FULL.test(part)))
  return isToolchain ? `the tools of \`${name.replaceAll('`', '')}\`` : null
}

/** Families whose full images hold the packages of `buildpack-deps`. */
const FULL = /^(node|python|ruby|perl|buildpack-deps|erlang|elixir|gcc)$/
