import { isSystemOwned } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** A map: what is looked up is the image's own word. */
const MACHINES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amd64: 'x64',
    arm64: 'arm64',
    arm: 'arm',
    386: 'ia32',
    ppc64le: 'ppc64',
    s390x: 's390x',
    riscv64: 'riscv64',
  }),
)

const SYSTEM = 'linux|linuxmusl|darwin|win32|android|freebsd|openbsd|netbsd|sunos|aix|wasi'
const MACHINE = 'x64|arm64|arm|ia32|ppc64|ppc64le|s390x|riscv64|loong64|mips64el|universal|wasm32'

/** `prebuilds/darwin-arm64/`, `@esbuild/win32-x64/`, `@img/sharp-linuxmusl-x64/`, `@swc/core-linux-x64-gnu/`. */
const PLACE = new RegExp(
  `^(.*/node_modules/.*(?:prebuilds/|(?:@esbuild|@img|@swc|@next|@rollup|@parcel|@tailwindcss|@oxc-parser|@biomejs|lightningcss|sharp|turbo|sass-embedded)[^/]*/?(?:[\\w-]*-)?)(${SYSTEM})-(${MACHINE})(?:-(gnu|musl|msvc|eabi|gnueabihf|musleabihf|glibc))?)/`,
)

/** Tried first, on most files of a Node project in vain. */
const NAMES_SYSTEM = new RegExp(`(?:${SYSTEM})-`)

interface Platform {
  readonly machine: string
  readonly libc: 'gnu' | 'musl' | null
}

const platformOf = (image: RuleImage): Platform | null => {
  const [system, architecture = ''] = image.platform?.split('/') ?? []
  const machine = MACHINES.get(architecture)
  if (system !== 'linux' || machine === undefined) return null
  const musl = image.named('ld-musl-x86_64.so.1', 'ld-musl-aarch64.so.1').length > 0
  const gnu = image.named('ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1').length > 0
  return { machine, libc: musl === gnu ? null : musl ? 'musl' : 'gnu' }
}

export const foreignBinaries: Rule = {
  id: 'foreign-binaries',
  category: 'dependencies',
  title: 'Add-ons for other platforms',
  why: 'Compiled for another system, processor or libc than this image has.',
  fix: 'Install for this platform alone: `npm ci --os=linux --cpu=x64 --libc=glibc`. Packages that carry all of their `prebuilds` need pruning by hand.',
  matchFile: image => {
    const platform = platformOf(image)
    if (!platform) return null
    return ({ path, owner }) => {
      if (isSystemOwned(owner) || !path.includes('/node_modules/') || !NAMES_SYSTEM.test(path)) return null
      const [, subject, system = '', machine = '', libc] = PLACE.exec(path) ?? []
      if (subject === undefined) return null
      const isForeign =
        !system.startsWith('linux') ||
        (machine !== platform.machine && machine !== 'universal') ||
        (platform.libc === 'gnu' && (system === 'linuxmusl' || libc === 'musl')) ||
        (platform.libc === 'musl' && (libc === 'gnu' || libc === 'glibc'))
      return isForeign ? { subject, certainty: 'hint' } : null
    }
  },
  examples: {
    finds: [
      {
        path: '/app/node_modules/bcrypt/prebuilds/darwin-arm64/bcrypt.node',
        platform: 'linux/amd64',
        subject: '/app/node_modules/bcrypt/prebuilds/darwin-arm64',
        certainty: 'hint',
      },
      {
        path: '/app/node_modules/@esbuild/win32-x64/esbuild.exe',
        platform: 'linux/amd64',
        certainty: 'hint',
      },
      {
        path: '/app/node_modules/@swc/core-linux-x64-musl/swc.node',
        beside: ['/lib64/ld-linux-x86-64.so.2'],
        platform: 'linux/amd64',
        certainty: 'hint',
      },
      {
        path: '/app/node_modules/@img/sharp-linuxmusl-x64/lib/sharp.node',
        beside: ['/lib64/ld-linux-x86-64.so.2'],
        platform: 'linux/amd64',
      },
    ],
    ignores: [
      { path: '/app/node_modules/bcrypt/prebuilds/linux-x64/bcrypt.node', platform: 'linux/amd64' },
      { path: '/app/node_modules/@esbuild/linux-arm64/bin/esbuild', platform: 'linux/arm64/v8' },
      { path: '/app/node_modules/@swc/core-linux-x64-musl/swc.node', platform: 'linux/amd64' },
      { path: '/app/node_modules/bcrypt/prebuilds/darwin-arm64/bcrypt.node' },
    ],
  },
}
