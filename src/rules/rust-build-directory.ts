import { parentOf } from '../path-parts.ts'
import { below, commandRuns, nearestRoot, outermost } from './match.ts'
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
      .map(root => ({ root }))
    // build scripts run Cargo inside of the directory: what lies there is the outer build's
    const targetOf = nearestRoot(outermost(targets.map(root => ({ root }))))
    const projectOf = nearestRoot(projects)
    return ({ path, owner, mode }) => {
      if (owner) return null
      const target = targetOf(path)?.root
      if (target !== undefined)
        return RESULT.test(below(target, path)!) && (mode & 0o111) !== 0 ? null : { subject: target }
      if (!path.endsWith('.rs')) return null
      const project = projectOf(path)
      return project && { subject: project.root, reason: SOURCES }
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
      {
        path: '/src/target/release/build/x-0a1b/out/target/release/tool',
        mode: 0o755,
        beside: [
          '/src/target/.rustc_info.json',
          '/src/target/release/build/x-0a1b/out/target/.rustc_info.json',
        ],
        subject: '/src/target',
      },
      {
        path: '/src/crates/a/src/lib.rs',
        beside: [
          '/src/target/.rustc_info.json',
          '/src/Cargo.toml',
          '/src/crates/a/target/.rustc_info.json',
          '/src/crates/a/Cargo.toml',
        ],
        subject: '/src/crates/a',
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
