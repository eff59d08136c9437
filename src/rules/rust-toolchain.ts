import { below, commandRuns, isSharedPrefix, rootsOfTool } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** What rustup puts into Cargo's `bin`, hard links of one program. Whatever else lies there may be the application. */
const PROXY =
  /^(cargo|cargo-clippy|cargo-fmt|cargo-miri|clippy-driver|rls|rust-analyzer|rust-gdb|rust-gdbgui|rust-lldb|rustc|rustdoc|rustfmt|rustup)$/
const TOOL =
  /^bin\/(cargo|cargo-clippy|cargo-fmt|clippy-driver|rust-analyzer|rust-gdb|rust-gdbgui|rust-lldb|rustc|rustdoc|rustfmt)$/

/** The parts of a toolchain that was installed into a directory it shares, such as `/usr/local`. */
const SHARED_PARTS =
  /^lib\/rustlib\/|^lib\/lib(rustc_driver|std|test)-[0-9a-f]+\.so$|^libexec\/(rust-|cargo-)|^share\/doc\/(rust|cargo|clippy|rustfmt|rust-analyzer)\//

interface Part {
  readonly root: string
  readonly subject: string
  readonly holds: (rest: string) => boolean
}

const toolchainAt = (image: RuleImage, root: string): Part => {
  const rustup = /^(.+)\/toolchains\/[^/]+$/.exec(root)?.[1]
  if (rustup !== undefined) {
    const holds = (rest: string): boolean =>
      /^(toolchains|downloads|tmp|update-hashes)\/|^settings\.toml$/.test(rest)
    return { root: rustup, subject: rustup, holds }
  }
  if (!isSharedPrefix(image, root)) return { root, subject: root, holds: () => true }
  return { root, subject: `${root}/lib/rustlib`, holds: rest => SHARED_PARTS.test(rest) || TOOL.test(rest) }
}

const findParts = (image: RuleImage): Part[] => {
  const toolchains = rootsOfTool(image, 'rustc').filter(root => image.exists(`${root}/lib/rustlib`))
  const proxies = rootsOfTool(image, 'rustup').map(root => `${root}/bin`)
  return [
    ...toolchains.map(root => toolchainAt(image, root)),
    ...proxies.map(root => ({ root, subject: root, holds: (rest: string) => PROXY.test(rest) })),
  ]
}

export const rustToolchain: Rule = {
  id: 'rust-toolchain',
  category: 'compiler',
  title: 'Rust toolchain',
  why: 'Rust compiles to a program that needs no Rust to run.',
  fix: 'Build in a stage `FROM rust` and `COPY --from` the program out of `target/release` into a small final image of the same Debian release.',
  matchPackage: ({ manager, name }) => {
    const isBuild =
      manager === 'apk'
        ? /^(rust|cargo|rustup|rustfmt)(-.+)?$/.test(name)
        : /^(rustc|cargo|rustup|rustfmt|rust|rust-std-static|clippy|rust-(all|src|doc|gdb|lldb|clippy|llvm)|rust-analyzer)(-(\d[\d.]*|web|doc|mozilla))?$|^lib(rust|std-rust)-(.+-)?dev(-\w+)?$/.test(
            name,
          )
    if (isBuild) return { role: 'build' }
    return /^(libstd-rust-\d[\d.]*|libllvm\d+|llvm\d+-libs)$/.test(name) ? { role: 'support' } : null
  },
  matchFile: image => {
    const parts = findParts(image)
    if (parts.length === 0) return null
    return ({ path, owner }) => {
      if (owner) return null
      for (const { root, subject, holds } of parts) {
        const rest = below(root, path)
        if (rest !== null && holds(rest)) return { subject }
      }
      return null
    }
  },
  wanted: image => commandRuns(image, 'cargo', 'rustc', 'rustup'),
  examples: {
    finds: [
      {
        path: '/usr/local/rustup/toolchains/1.95.0-x86_64-unknown-linux-gnu/lib/librustc_driver-0a1b2c.so',
        beside: [
          '/usr/local/rustup/toolchains/1.95.0-x86_64-unknown-linux-gnu/bin/rustc',
          '/usr/local/rustup/toolchains/1.95.0-x86_64-unknown-linux-gnu/lib/rustlib/components',
        ],
        subject: '/usr/local/rustup',
        certainty: 'leftover',
      },
      {
        path: '/usr/local/cargo/bin/cargo',
        beside: ['/usr/local/cargo/bin/rustup'],
        subject: '/usr/local/cargo/bin',
      },
      {
        path: '/opt/rust/share/doc/rust/html/index.html',
        beside: ['/opt/rust/bin/rustc', '/opt/rust/lib/rustlib/components'],
        subject: '/opt/rust',
      },
      {
        path: '/usr/local/lib/rustlib/x86_64-unknown-linux-gnu/lib/libstd-0a1b.rlib',
        beside: ['/usr/local/bin/rustc'],
        subject: '/usr/local/lib/rustlib',
      },
      {
        path: '/opt/conda/lib/rustlib/x86_64-unknown-linux-gnu/lib/libstd-0a1b.rlib',
        beside: ['/opt/conda/conda-meta/history', '/opt/conda/bin/rustc'],
        subject: '/opt/conda/lib/rustlib',
      },
      { package: { name: 'rustc', section: 'rust' } },
      { package: { name: 'libstd-rust-dev', section: 'libdevel' } },
      { package: { name: 'librust-libc-dev', section: 'rust' } },
      {
        package: { name: 'libllvm14', section: 'libs', requested: false },
        packages: [
          { name: 'libstd-rust-1.63', requested: false, depends: [['libllvm14']] },
          { name: 'rustc', depends: [['libstd-rust-1.63']] },
        ],
      },
      { package: { name: 'cargo', manager: 'apk', section: null } },
    ],
    ignores: [
      // installed by `cargo install`: likely what the image is for
      { path: '/usr/local/cargo/bin/mdbook', beside: ['/usr/local/cargo/bin/rustup'] },
      {
        path: '/usr/local/bin/server',
        beside: ['/usr/local/bin/rustc', '/usr/local/lib/rustlib/components'],
      },
      {
        path: '/opt/conda/lib/libtorch_cuda.so',
        beside: [
          '/opt/conda/conda-meta/history',
          '/opt/conda/bin/rustc',
          '/opt/conda/lib/rustlib/components',
        ],
      },
      { path: '/app/bin/rustc-demangle' },
      { package: { name: 'librust-0', section: 'libs' } },
    ],
  },
}
