import { type Area, claimAreas, type FileMatcher, fromEnv, inCaches, inHomes } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

const PNP = ['.pnp.cjs', '.pnp.js']

/** Yarn 1 keeps unpacked packages; nothing runs from them. */
const classic = (image: RuleImage): Area[] => {
  const roots = [
    '/usr/local/share/.cache/yarn',
    ...inCaches(image, 'yarn'),
    ...fromEnv(image, ['YARN_CACHE_FOLDER']),
  ]
  return roots.map(root => ({ root, holds: /^v\d+\// }))
}

/** With Plug'n'Play, Yarn 2 and later run the program out of these archives. */
const berry = (image: RuleImage): Area[] =>
  image.named(...PNP).length > 0
    ? []
    : inHomes(image, '.yarn/berry/cache').map(root => ({ root, holds: /\.zip$/ }))

const PROJECT = /^(.*)\/\.yarn\/cache\/[^/]+\.zip$/

/** A project's own archives, where `node_modules` was made from them and no loader is beside them. */
const project =
  (image: RuleImage): FileMatcher =>
  ({ path, owner }) => {
    if (owner || !path.endsWith('.zip')) return null
    const folder = PROJECT.exec(path)?.[1]
    if (folder === undefined || PNP.some(name => image.exists(`${folder}/${name}`))) return null
    return image.exists(`${folder}/node_modules/.yarn-state.yml`)
      ? { subject: `${folder}/.yarn/cache` }
      : null
  }

export const yarnCache: Rule = {
  id: 'yarn-cache',
  category: 'package-cache',
  title: 'Yarn cache',
  why: 'Downloads of packages that `node_modules` holds already.',
  fix: 'End the same `RUN` with `yarn cache clean`, or mount a cache on the folder that `yarn cache dir` names.',
  matchFile: image => {
    const areas = claimAreas(image, [...classic(image), ...berry(image)])
    const ofProject = image.named('.yarn-state.yml').length > 0 ? project(image) : null
    return areas || ofProject ? file => areas?.(file) ?? ofProject?.(file) ?? null : null
  },
  examples: {
    finds: [
      {
        path: '/usr/local/share/.cache/yarn/v6/npm-left-pad-1.3.0-5b8a/node_modules/left-pad/index.js',
        subject: '/usr/local/share/.cache/yarn',
        certainty: 'leftover',
      },
      { path: '/root/.cache/yarn/v6/.tmp/x', subject: '/root/.cache/yarn' },
      {
        path: '/root/.yarn/berry/cache/left-pad-npm-1.3.0-9f6a.zip',
        beside: ['/app/node_modules/.yarn-state.yml'],
        subject: '/root/.yarn/berry/cache',
      },
      { path: '/app/.yarn/cache/left-pad-npm-1.3.0-9f6a.zip', beside: ['/app/node_modules/.yarn-state.yml'] },
    ],
    ignores: [
      { path: '/root/.yarn/berry/cache/left-pad-npm-1.3.0-9f6a.zip', beside: ['/app/.pnp.cjs'] },
      { path: '/app/.yarn/cache/left-pad-npm-1.3.0-9f6a.zip', beside: ['/app/.pnp.cjs'] },
      { path: '/app/.yarn/cache/left-pad-npm-1.3.0-9f6a.zip' },
      { path: '/app/.yarn/releases/yarn-4.1.0.cjs' },
      { path: '/data/v6/x', env: { YARN_CACHE_FOLDER: '/cache' } },
    ],
  },
}
