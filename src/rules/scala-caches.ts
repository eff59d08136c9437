import { claimAreas, commandRuns, fromEnv, inCaches, inHomes } from './match.ts'
import type { Rule } from './rule.ts'

export const scalaCaches: Rule = {
  id: 'scala-caches',
  category: 'package-cache',
  title: 'Caches of sbt, Ivy and Coursier',
  why: 'Compilers, plug-ins and libraries of the build; what the program needs is in its jar or beside it.',
  fix: 'Build in its own stage, or mount caches on `/root/.ivy2`, `/root/.sbt` and `/root/.cache/coursier`.',
  matchFile: image =>
    claimAreas(image, [
      ...inHomes(image, '.ivy2').map(root => ({
        root,
        holds: /^(cache|local|exclude_classifiers)\/|\.lock$/,
      })),
      ...inHomes(image, '.sbt').map(root => ({
        root,
        holds: /^(boot|launchers|[\d.]+\/(zinc|staging|dependency|plugins\/target))\//,
      })),
      ...[...inCaches(image, 'coursier'), ...fromEnv(image, ['COURSIER_CACHE'])].map(root => ({
        root,
        // `jvm/` and `arc/` hold Java run times that coursier installs
        holds: /^v1\/|^https?\//,
      })),
    ]),
  wanted: image =>
    commandRuns(image, 'sbt', 'cs', 'coursier', 'scala', 'scala-cli', 'amm', 'mill') ??
    // programs that coursier installs load their jars from its cache
    (image.homes.some(home => image.exists(`${home}/.local/share/coursier/bin`))
      ? 'Programs that `cs install` made load their jars from the cache.'
      : null),
  examples: {
    finds: [
      {
        path: '/root/.cache/coursier/v1/https/repo1.example/maven2/org/x/x-1.0.jar',
        subject: '/root/.cache/coursier',
        certainty: 'leftover',
      },
      { path: '/root/.ivy2/cache/org.x/jars/x.jar', subject: '/root/.ivy2' },
      { path: '/root/.sbt/boot/scala-2.12.18/lib/scala-compiler.jar', subject: '/root/.sbt' },
      { path: '/root/.ivy2/cache/org.x/jars/x.jar', command: ['sbt', 'run'], certainty: 'hint' },
    ],
    ignores: [
      { path: '/root/.cache/coursier/jvm/temurin-21/bin/java' },
      { path: '/root/.sbt/repositories' },
      { path: '/app/target/universal/stage/lib/x.jar' },
    ],
  },
}
