import { parentOf } from '../path-parts.ts'
import { below, commandRuns } from './match.ts'
import type { Rule } from './rule.ts'

/** `release/server`, `x86_64-unknown-linux-musl/release/libplugin.so`: what a build is for, and may be run from here. */
const RESULT = /^([^/]+\/)?[^/]+\/[^/]+$/

export const rustBuildDirectory: Rule = {
  id: 'rust-build-directory',
  category: 'build-output',
  title: 'Build directory of Cargo',
  why: 'Compiled crates and intermediate files; the program in `target/release` needs none of them.',
  fix: 'Build in its own stage and `COPY --from` only the program out of `target/release`.',
  matchFile: image => {
    const targets = image
      .named('.rustc_info.json')
      .map(parentOf)
      .filter(root => root !== '/')
    if (targets.length === 0) return null
    const projects = targets
      .map(parentOf)
      .filter(project => project !== '/' && image.exists(`${project}/Cargo.toml`))
    return ({ path, owner, mode }) => {
      if (owner) return null
      for (const target of targets) {
        const rest = below(target, path)
        if (rest === null) continue
        return RESULT.test(rest) && (mode & 0o111) !== 0 ? null : { subject: target }
      }
      if (!path.endsWith('.rs')) return null
      const found = projects.find(project => below(project, path) !== null)
      return found === undefined ? null : { subject: found, reason: SOURCES }
    }
  },
  wanted: image => commandRuns(image, 'cargo'),
  examples: {
    finds: [
      {
        path: '/src/target/release/deps/libserde-0a1b.rlib',
        beside: ['/src/target/.rustc_info.json'],
        subject: '/src/target',
        certainty: 'leftover',
      },
      { path: '/src/target/release/server.d', beside: ['/src/target/.rustc_info.json'] },
      {
        path: '/src/src/main.rs',
        beside: ['/src/target/.rustc_info.json', '/src/Cargo.toml'],
        subject: '/src',
      },
    ],
    ignores: [
      { path: '/src/target/release/server', mode: 0o755, beside: ['/src/target/.rustc_info.json'] },
      { path: '/app/target/release/deps/x.rlib' },
      { path: '/src/src/main.rs', beside: ['/src/Cargo.toml'] },
      { path: '/src/static/index.html', beside: ['/src/target/.rustc_info.json', '/src/Cargo.toml'] },
    ],
  },
}

const SOURCES = 'Rust sources beside the directory that they were compiled into.'
