import { below, commandRuns, isSharedPrefix, rootsOfTool } from './match.ts'
import type { Rule } from './rule.ts'

export const goToolchain: Rule = {
  id: 'go-toolchain',
  category: 'compiler',
  title: 'Go toolchain',
  why: 'Go compiles to a program that needs no Go to run.',
  fix: 'Build in a stage `FROM golang` and `COPY --from` the program into a small final image; where it uses cgo, keep the libc of both stages the same or set `CGO_ENABLED=0`.',
  matchPackage: ({ manager, name }) =>
    (
      manager === 'apk'
        ? /^go(-bootstrap|-doc)?$/.test(name)
        : /^golang(-\d+\.\d+)?(-(go|src|doc|any|bin|misc|race|tests|shared|docs))?$|^golang-.+-dev$/.test(
            name,
          )
    )
      ? { role: 'build' }
      : null,
  matchFile: image => {
    const roots = rootsOfTool(image, 'go').filter(
      root =>
        !isSharedPrefix(image, root) && image.exists(`${root}/VERSION`) && image.exists(`${root}/pkg/tool`),
    )
    if (roots.length === 0) return null
    return ({ path, owner }) => {
      const subject = owner ? undefined : roots.find(root => below(root, path) !== null)
      return subject === undefined ? null : { subject }
    }
  },
  wanted: image => commandRuns(image, 'go', 'gopls', 'golangci-lint'),
  examples: {
    finds: [
      {
        path: '/usr/local/go/pkg/tool/linux_amd64/compile',
        beside: ['/usr/local/go/VERSION', '/usr/local/go/bin/go'],
        subject: '/usr/local/go',
        certainty: 'leftover',
      },
      // the toolchain's own test data and archives belong to it
      {
        path: '/usr/local/go/src/debug/elf/testdata/gcc-386-freebsd-exec',
        beside: ['/usr/local/go/VERSION', '/usr/local/go/bin/go', '/usr/local/go/pkg/tool/linux_amd64/link'],
      },
      {
        path: '/root/sdk/go1.22.1/bin/go',
        beside: ['/root/sdk/go1.22.1/VERSION', '/root/sdk/go1.22.1/pkg/tool/linux_amd64/link'],
        subject: '/root/sdk/go1.22.1',
      },
      {
        path: '/usr/local/go/bin/go',
        beside: ['/usr/local/go/VERSION', '/usr/local/go/pkg/tool/linux_amd64/link'],
        command: ['go', 'run', '.'],
        certainty: 'hint',
      },
      { package: { name: 'golang-1.19-go', section: 'golang' } },
      { package: { name: 'golang-github-spf13-cobra-dev', section: 'golang' } },
      { package: { name: 'go', manager: 'apk', section: null } },
    ],
    ignores: [
      { path: '/go/bin/server', beside: ['/usr/local/go/VERSION'] },
      { path: '/usr/local/go/lib/time/zoneinfo.zip', beside: ['/usr/local/go/VERSION'] },
      { path: '/usr/local/bin/go', beside: ['/usr/local/VERSION', '/usr/local/pkg/tool'] },
      { package: { name: 'golang-docker-credential-helpers', section: 'admin' } },
    ],
  },
}
