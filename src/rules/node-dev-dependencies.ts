import { type NodeTree, readNodeTrees } from '../packages/node-lockfile.ts'
import { parentOf } from '../path-parts.ts'
import { below, type FileMatcher, isSystemOwned } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'
import { startedNodePackages, startedPrograms } from './start-scripts.ts'

interface Install {
  /** The folder `node_modules`. */
  readonly path: string
  /** By a package's own folder: whether only development needs it. */
  readonly isDev: ReadonlyMap<string, boolean>
  /** Commands that packages for development give. */
  readonly devCommands: ReadonlySet<string>
}

const treesAt = (image: RuleImage, file: string): NodeTree[] =>
  image.bodies(file).flatMap(body => readNodeTrees(new Map([[file, body]])))

/** npm's hidden lockfiles. Where several layers wrote one, the newest that names a package counts. */
const npmInstalls = (image: RuleImage): Install[] =>
  image.named('.package-lock.json').flatMap(file => {
    const isDev = new Map<string, boolean>()
    const devCommands = new Set<string>()
    for (const module of treesAt(image, file).flatMap(tree => tree.modules)) {
      if (isDev.has(module.path)) continue
      isDev.set(module.path, module.dev)
      if (module.dev) for (const command of module.commands) devCommands.add(command)
    }
    return [...isDev.values()].includes(true) ? [{ path: parentOf(file), isDev, devCommands }] : []
  })

const NESTED = '/node_modules/'

/** What the lockfile says of the innermost package around a file; a key is a path, a name may be there twice. */
const isDevFile = ({ isDev }: Install, path: string): boolean => {
  for (let at = path.lastIndexOf(NESTED); at >= 0; at = at === 0 ? -1 : path.lastIndexOf(NESTED, at - 1)) {
    const start = at + NESTED.length
    let end = path.indexOf('/', start)
    if (end !== -1 && path[start] === '@') end = path.indexOf('/', end + 1)
    const dev = end === -1 ? undefined : isDev.get(path.slice(0, end))
    if (dev !== undefined) return dev
  }
  return false
}

const fromLockfiles = (image: RuleImage): FileMatcher[] =>
  npmInstalls(image).map(install => {
    const project = parentOf(install.path)
    const tool =
      startedPrograms(image).find(({ name }) => install.devCommands.has(name)) ??
      startedNodePackages(image).find(({ name }) => install.isDev.get(`${install.path}/${name}`) === true)
    const runs = tool && {
      certainty: 'hint' as const,
      reason: `${tool.by} runs \`${tool.name}\`, which is a development dependency.`,
    }
    return ({ path }) =>
      below(project, path) !== null && isDevFile(install, path) ? { subject: install.path, ...runs } : null
  })

/** Yarn and pnpm note that development dependencies were installed, not which packages came only with them. */
const fromManifests = (image: RuleImage): FileMatcher[] =>
  image.named('.yarn-integrity', '.modules.yaml').flatMap(file => {
    const modules = parentOf(file)
    if (image.exists(`${modules}/.package-lock.json`) || treesAt(image, file)[0]?.withDev !== true) return []
    const names = devDependencies(image.bodies(`${modules.slice(0, -'node_modules'.length)}package.json`)[0])
    if (names.size === 0) return []
    return [
      ({ path }) => {
        const rest = below(modules, path)
        const name = rest === null ? undefined : PACKAGE.exec(rest)?.[1]
        return name !== undefined && names.has(name)
          ? { subject: modules, certainty: 'hint', reason: NAMED_ONLY }
          : null
      },
    ]
  })

const NAMED_ONLY =
  '`package.json` names these packages as development dependencies; what they brought along is not counted.'
/** `typescript/lib/tsc.js`, `@types/node/index.d.ts`, `.pnpm/typescript@5.6.3/node_modules/typescript/lib/tsc.js`. */
const PACKAGE = /^(?:\.pnpm\/[^/]+\/node_modules\/)?((?:@[^/]+\/)?[^./@][^/]*)\//

const devDependencies = (body: Buffer | undefined): ReadonlySet<string> => {
  try {
    const parsed = JSON.parse(body?.toString('utf8') ?? 'null') as { devDependencies?: unknown } | null
    const names = parsed?.devDependencies
    return new Set(typeof names === 'object' && names !== null ? Object.keys(names) : [])
  } catch {
    return new Set()
  }
}

export const nodeDevDependencies: Rule = {
  id: 'node-dev-dependencies',
  category: 'dependencies',
  title: 'Development dependencies of Node',
  why: 'Compilers, bundlers and test tools of `devDependencies`; the lockfile says that nothing else needs them.',
  fix: 'Install with `npm ci --omit=dev` in the final stage, and build in a stage of its own that has all dependencies.',
  matchFile: image => {
    const matchers = [...fromLockfiles(image), ...fromManifests(image)]
    if (matchers.length === 0) return null
    return file => {
      if (isSystemOwned(file.owner) || !file.path.includes('/node_modules/')) return null
      for (const match of matchers) {
        const found = match(file)
        if (found) return found
      }
      return null
    }
  },
  examples: {
    finds: [
      {
        path: '/app/node_modules/typescript/lib/tsc.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json': '{"packages":{"node_modules/typescript":{"dev":true}}}',
        },
        subject: '/app/node_modules',
        certainty: 'leftover',
      },
      // the package that a file lies in decides, not one of the same name elsewhere
      {
        path: '/app/node_modules/debug/src/index.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json':
            '{"packages":{"node_modules/debug":{"dev":true},"node_modules/express/node_modules/debug":{}}}',
        },
      },
      {
        path: '/app/node_modules/vite/dist/node/cli.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json':
            '{"packages":{"node_modules/vite":{"dev":true,"bin":{"vite":"bin/vite.js"}}}}',
          '/app/package.json': '{"scripts":{"start":"vite preview"}}',
        },
        workingDirectory: '/app',
        command: ['npm', 'start'],
        certainty: 'hint',
      },
      // Node loads these before the program
      {
        path: '/app/node_modules/tsx/x.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json': '{"packages":{"node_modules/tsx":{"dev":true}}}',
        },
        command: ['node', '--import=tsx', 'server.ts'],
        certainty: 'hint',
      },
      {
        path: '/app/node_modules/ts-node/x.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json': '{"packages":{"node_modules/ts-node":{"dev":true}}}',
        },
        command: ['node', '-r', 'ts-node/register', 'src/index.ts'],
        certainty: 'hint',
      },
      {
        path: '/app/node_modules/tsx/x.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json': '{"packages":{"node_modules/tsx":{"dev":true}}}',
        },
        command: ['node', 'server.ts'],
        env: { NODE_OPTIONS: '--import "tsx"' },
        certainty: 'hint',
      },
      {
        path: '/app/node_modules/tsx/x.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json': '{"packages":{"node_modules/tsx":{"dev":true}}}',
          '/app/package.json': '{"scripts":{"start":"node --import tsx server.ts"}}',
        },
        workingDirectory: '/app',
        command: ['npm', 'start'],
        certainty: 'hint',
      },
      {
        path: '/app/node_modules/vite/x.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json': '{"packages":{"node_modules/vite":{"dev":true}}}',
        },
        command: ['node', 'node_modules/vite/bin/vite.js', 'preview'],
        certainty: 'hint',
      },
      {
        path: '/app/node_modules/tsx/x.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json':
            '{"packages":{"node_modules/tsx":{"dev":true,"bin":{"tsx":"dist/cli.mjs"}}}}',
          '/app/package.json': '{"scripts":{"start":"cross-env NODE_ENV=production tsx server.ts"}}',
        },
        workingDirectory: '/app',
        command: ['npm', 'start'],
        certainty: 'hint',
      },
      // what is preloaded is no development dependency
      {
        path: '/app/node_modules/typescript/x.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json': '{"packages":{"node_modules/typescript":{"dev":true}}}',
        },
        command: ['node', '-r', 'dotenv/config', 'server.js'],
        certainty: 'leftover',
      },
      {
        path: '/app/node_modules/.pnpm/typescript@5.6.3/node_modules/typescript/lib/tsc.js',
        beside: ['/app/node_modules/.modules.yaml'],
        bodies: {
          '/app/node_modules/.modules.yaml': 'included:\n  dependencies: true\n  devDependencies: true\n',
          '/app/package.json': '{"devDependencies":{"typescript":"^5"}}',
        },
        certainty: 'hint',
      },
    ],
    ignores: [
      {
        path: '/app/node_modules/express/node_modules/debug/src/index.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json':
            '{"packages":{"node_modules/debug":{"dev":true},"node_modules/express/node_modules/debug":{}}}',
        },
      },
      {
        path: '/app/node_modules/fsevents/fsevents.js',
        beside: ['/app/node_modules/.package-lock.json'],
        bodies: {
          '/app/node_modules/.package-lock.json':
            '{"packages":{"node_modules/x":{"dev":true},"node_modules/fsevents":{"devOptional":true}}}',
        },
      },
      { path: '/app/node_modules/typescript/lib/tsc.js' },
      {
        path: '/app/node_modules/typescript/lib/tsc.js',
        beside: ['/app/node_modules/.yarn-integrity'],
        bodies: {
          '/app/node_modules/.yarn-integrity': '{"flags":["production"],"topLevelPatterns":[]}',
          '/app/package.json': '{"devDependencies":{"typescript":"^5"}}',
        },
      },
    ],
  },
}
