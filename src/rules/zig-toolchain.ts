import { below, commandRuns, type FileMatcher, inCaches, isSharedPrefix } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** `ROOT/lib/std/std.zig` beside `ROOT/zig` as released, or `PREFIX/lib/zig/std/std.zig` as packaged. */
const findParts = (
  image: RuleImage,
): { readonly root: string; readonly holds: RegExp; readonly subject: string }[] =>
  image.named('std.zig').flatMap(path => {
    const packaged = /^(.*)\/lib\/zig\/std\/std\.zig$/.exec(path)?.[1]
    if (packaged !== undefined && image.exists(`${packaged}/bin/zig`))
      return [{ root: packaged, holds: /^(lib\/zig\/|bin\/zig$)/, subject: `${packaged}/lib/zig` }]
    const released = /^(.+)\/lib\/std\/std\.zig$/.exec(path)?.[1]
    if (released === undefined || !image.exists(`${released}/zig`)) return []
    const isShared = isSharedPrefix(image, released)
    const holds = isShared ? /^(lib\/(std|libc|include|compiler|compiler_rt)\/|zig$)/ : /./
    return [{ root: released, holds, subject: isShared ? `${released}/lib/std` : released }]
  })

const CACHED = /^[abhioz]\/|^(tmp|p)\//

const matcher = (image: RuleImage): FileMatcher | null => {
  const caches = inCaches(image, 'zig').filter(root => image.exists(root))
  const parts = [...findParts(image), ...caches.map(root => ({ root, holds: CACHED, subject: root }))]
  if (parts.length === 0) return null
  return ({ path, owner }) => {
    if (owner) return null
    for (const { root, holds, subject } of parts) {
      const rest = below(root, path)
      if (rest !== null && holds.test(rest)) return { subject }
    }
    return null
  }
}

export const zigToolchain: Rule = {
  id: 'zig-toolchain',
  category: 'compiler',
  title: 'Zig toolchain',
  why: 'Zig compiles to a program that needs no Zig to run.',
  fix: 'Build in its own stage and `COPY --from` the program out of `zig-out/bin` into the final image.',
  matchPackage: ({ name }) =>
    /^zig(-(doc|libs|dev)|\d[\d.]*)?$/.test(name) || name === 'ziglang' ? { role: 'build' } : null,
  matchFile: matcher,
  wanted: image => commandRuns(image, 'zig'),
  examples: {
    finds: [
      {
        path: '/opt/zig-linux-x86_64-0.13.0/lib/libc/musl/src/math/sin.c',
        beside: ['/opt/zig-linux-x86_64-0.13.0/zig', '/opt/zig-linux-x86_64-0.13.0/lib/std/std.zig'],
        subject: '/opt/zig-linux-x86_64-0.13.0',
        certainty: 'leftover',
      },
      {
        path: '/usr/local/lib/zig/std/fs.zig',
        beside: ['/usr/local/bin/zig', '/usr/local/lib/zig/std/std.zig'],
        subject: '/usr/local/lib/zig',
      },
      { path: '/root/.cache/zig/o/0a1b/compiler_rt.o', subject: '/root/.cache/zig' },
      { package: { name: 'zig', manager: 'apk', section: null } },
    ],
    ignores: [
      { path: '/app/lib/std/std.zig' },
      { path: '/usr/local/bin/server', beside: ['/usr/local/zig', '/usr/local/lib/std/std.zig'] },
      { path: '/root/.cache/zig-app/x' },
      { package: { name: 'zigbee2mqtt', section: 'net' } },
    ],
  },
}
