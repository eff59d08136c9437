import { join } from './join.ts'
import { type Area, claimAreas, commandRuns, fromEnv, inHomes } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

/** `cache/download/…` and `example.com/module@v1.2.3/…` (go.dev/ref/mod, "Module cache"). */
const MODULES = /^cache\/|^[^/]+(\/[^/]+)*@v/

const areas = (image: RuleImage): Area[] => {
  const paths = [
    '/go',
    ...inHomes(image, 'go'),
    ...(image.env.get('GOPATH') ?? '').split(':').filter(path => path.startsWith('/')),
  ]
  return [
    ...paths.flatMap(path => [{ root: join(path, 'pkg/mod') }, { root: join(path, 'pkg/sumdb') }]),
    ...fromEnv(image, ['GOMODCACHE']).map(root => ({ root, holds: MODULES })),
  ]
}

export const goModuleCache: Rule = {
  id: 'go-module-cache',
  category: 'package-cache',
  title: 'Go module cache',
  why: 'Sources of modules that are compiled into the program already.',
  fix: 'Build in its own stage, or mount a cache: `RUN --mount=type=cache,target=/go/pkg/mod go build`.',
  matchFile: image => claimAreas(image, areas(image)),
  wanted: image => commandRuns(image, 'go'),
  examples: {
    finds: [
      {
        path: '/go/pkg/mod/github.com/spf13/cobra@v1.8.0/command.go',
        subject: '/go/pkg/mod',
        certainty: 'leftover',
      },
      { path: '/root/go/pkg/mod/cache/download/x/@v/list', subject: '/root/go/pkg/mod' },
      { path: '/work/pkg/mod/cache/lock', env: { GOPATH: '/work' } },
      { path: '/mods/cache/lock', env: { GOMODCACHE: '/mods' }, subject: '/mods' },
    ],
    ignores: [
      { path: '/go/bin/server' },
      { path: '/go/src/app/main.go' },
      { path: '/app/pkg/mod/handler.go' },
      { path: '/srv/data.db', env: { GOMODCACHE: '/srv' } },
    ],
  },
}
