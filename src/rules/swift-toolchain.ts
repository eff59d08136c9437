import { below, commandRuns, type FileMatcher, isSharedPrefix, rootsOfTool } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** `lib/swift/linux/*.so` with or without a version is the run time, which programs load. */
const RUN_TIME = /^lib\/swift\/(linux|host)\/[^/]+\.so(\.\d+)*$/
const TOOLCHAIN =
  /^bin\/(swift|sourcekit-lsp|clang|lld|lldb|ld\.lld|ld64\.lld|wasm-ld|docc|plutil|repl_swift|llvm-|dsymutil)|^lib\/(swift|swift_static|clang|liblldb|libsourcekit|libIndexStore|libLTO|libswiftDemangle|sourcekit)|^(libexec|local)\/swift\/|^share\/(swift|docc)\//

const matcher = (image: RuleImage): FileMatcher | null => {
  const roots = rootsOfTool(image, 'swift-frontend')
    .filter(root => image.exists(`${root}/lib/swift`))
    .map(root => ({ root, subject: isSharedPrefix(image, root) ? `${root}/lib/swift` : root }))
  if (roots.length === 0) return null
  return ({ path, owner }) => {
    if (owner) return null
    for (const { root, subject } of roots) {
      const rest = below(root, path)
      if (rest === null || !TOOLCHAIN.test(rest) || RUN_TIME.test(rest)) continue
      return { subject }
    }
    return null
  }
}

export const swiftToolchain: Rule = {
  id: 'swift-toolchain',
  category: 'compiler',
  title: 'Swift toolchain',
  why: 'A Swift program runs on the Swift libraries alone; the compiler and its modules only build it.',
  fix: 'Build in a stage `FROM swift` and `COPY --from` the program into `swift:slim`, or link it with `-static-stdlib`.',
  matchPackage: ({ name }) =>
    /^(swiftlang|swift-lang|swiftlang-dev)$/.test(name) ? { role: 'build' } : null,
  matchFile: matcher,
  wanted: image => commandRuns(image, 'swift', 'swiftc', 'lldb'),
  examples: {
    finds: [
      {
        path: '/usr/bin/swift-frontend',
        beside: ['/usr/lib/swift/linux/libswiftCore.so'],
        subject: '/usr/lib/swift',
        certainty: 'leftover',
      },
      {
        path: '/usr/lib/swift/linux/Swift.swiftmodule/x86_64-unknown-linux-gnu.swiftmodule',
        beside: ['/usr/bin/swift-frontend'],
      },
      {
        path: '/opt/swift/usr/lib/swift_static/linux/libFoundation.a',
        beside: ['/opt/swift/usr/bin/swift-frontend', '/opt/swift/usr/lib/swift/x'],
        subject: '/opt/swift/usr',
      },
      { package: { name: 'swiftlang', section: 'devel' } },
    ],
    ignores: [
      { path: '/usr/lib/swift/linux/libswiftCore.so', beside: ['/usr/bin/swift-frontend'] },
      { path: '/usr/lib/swift/linux/libFoundation.so' },
      { path: '/usr/lib/swift/linux/libicuucswift.so.69', beside: ['/usr/bin/swift-frontend'] },
      {
        path: '/usr/lib/swift/linux/libicuucswift.so.69.1',
        beside: ['/usr/bin/swift-frontend', '/usr/lib/swift/linux/libswiftCore.so'],
      },
      {
        path: '/usr/bin/server',
        beside: ['/usr/bin/swift-frontend', '/usr/lib/swift/linux/libswiftCore.so'],
      },
      { package: { name: 'python3-swiftclient', section: 'python' } },
    ],
  },
}
