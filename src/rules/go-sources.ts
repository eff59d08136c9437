import { isElf } from '../elf/elf-facts.ts'
import { parentOf } from '../path-parts.ts'
import { join } from './join.ts'
import { commandRuns, isPackagePart, nearestRoot, outermost } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** Modules of the image's own: not the module cache, the toolchain or test data. */
const moduleRoots = (image: RuleImage): { readonly root: string }[] => {
  const roots = image
    .named('go.mod')
    .filter(
      path => !isPackagePart(path) && !/\/(go|go-[\d.]+|sdk\/go[\d.]+)\/(src|misc|test|api)\//.test(path),
    )
    .map(path => ({ root: parentOf(path) }))
  // a program is built from the modules inside of its own, too
  return outermost(roots)
}

/** Where the words of the command that can be paths lead. */
const programs = (image: RuleImage): string[] =>
  image.command.flatMap(word => {
    if (word.startsWith('-') || word.length > 256 || /\s/.test(word)) return []
    const path = word.startsWith('/') ? word : join(image.workingDirectory, word.replace(/^\.\//, ''))
    const end = word.includes('/') ? image.resolve(path) : null
    // a script has content that was kept; of a program there is none, or that of an ELF file
    return end !== null && image.bodies(end).every(isElf) ? [end] : []
  })

export const goSources: Rule = {
  id: 'go-sources',
  category: 'build-output',
  title: 'Go sources beside the program',
  why: 'A Go program holds all that it was compiled from; it does not read its sources.',
  fix: 'Build in its own stage and `COPY --from` only the program into the final image.',
  matchFile: image => {
    const roots = moduleRoots(image)
    if (roots.length === 0) return null
    const moduleOf = nearestRoot(roots)
    // a program that was built in a module is started from there
    const built = new Set(
      programs(image).map(path => (/\.(go|sh|py|js)$/.test(path) ? undefined : moduleOf(path)?.root)),
    )
    return ({ path, owner }) => {
      if (owner || !/\.go$|\/go\.(mod|sum)$/.test(path) || isPackagePart(path.replace('/vendor/', '/')))
        return null
      const root = moduleOf(path)?.root
      if (root === undefined) return null
      return built.has(root)
        ? { subject: root }
        : {
            subject: root,
            certainty: 'hint',
            reason: 'Sources of a Go module; nothing shows that a program was built from them.',
          }
    }
  },
  wanted: image => commandRuns(image, 'go', 'air', 'dlv', 'gopls'),
  examples: {
    finds: [
      {
        path: '/app/main.go',
        beside: ['/app/go.mod', '/app/server'],
        command: ['./server'],
        workingDirectory: '/app',
        subject: '/app',
        certainty: 'leftover',
      },
      {
        path: '/app/vendor/github.com/spf13/cobra/command.go',
        beside: ['/app/go.mod', '/app/server'],
        command: ['/app/server', '--port', '80'],
      },
      { path: '/src/main.go', beside: ['/src/go.mod'], certainty: 'hint' },
      {
        path: '/app/api/types.go',
        beside: ['/app/go.mod', '/app/api/go.mod', '/app/server'],
        command: ['/app/server'],
        subject: '/app',
        certainty: 'leftover',
      },
      { path: '/app/main.go', beside: ['/app/go.mod'], command: ['go', 'run', '.'], certainty: 'hint' },
    ],
    ignores: [
      { path: '/app/main.go' },
      {
        path: '/go/pkg/mod/github.com/spf13/cobra@v1.8.0/command.go',
        beside: ['/go/pkg/mod/github.com/spf13/cobra@v1.8.0/go.mod'],
      },
      { path: '/usr/local/go/src/fmt/print.go', beside: ['/usr/local/go/src/go.mod'] },
      { path: '/app/templates/index.html', beside: ['/app/go.mod', '/app/server'], command: ['/app/server'] },
    ],
  },
}
