import { type Area, claimAreas, commandRuns, fromEnv, inHomes } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'
import { startTexts } from './start-scripts.ts'

/** `jdks/` may be what the program runs on: left alone. */
const GRADLE =
  /^(caches|wrapper|daemon|native|notifications|kotlin|kotlin-profile|workers|\.tmp|undefined-build)\//

const areas = (image: RuleImage): Area[] =>
  [...inHomes(image, '.gradle'), ...fromEnv(image, ['GRADLE_USER_HOME'])].map(root => ({
    root,
    holds: GRADLE,
  }))

export const gradleCache: Rule = {
  id: 'gradle-cache',
  category: 'package-cache',
  title: 'Gradle home',
  why: 'Gradle itself, plug-ins and libraries of the build; what the program needs is in its jar or beside it.',
  fix: 'Build in its own stage, or mount a cache: `RUN --mount=type=cache,target=/root/.gradle ./gradlew build`.',
  matchFile: image => claimAreas(image, areas(image)),
  wanted: image =>
    commandRuns(image, 'gradle', 'gradlew') ??
    (startTexts(image).some(text => text.includes('.gradle/'))
      ? "The image's command names a file in it."
      : null),
  examples: {
    finds: [
      {
        path: '/root/.gradle/caches/modules-2/files-2.1/org.x/x/1.0/0a1b/x-1.0.jar',
        subject: '/root/.gradle',
        certainty: 'leftover',
      },
      { path: '/gradle/wrapper/dists/gradle-8.10-bin/x/gradle.zip', env: { GRADLE_USER_HOME: '/gradle' } },
      { path: '/root/.gradle/caches/x.lock', command: ['./gradlew', 'bootRun'], certainty: 'hint' },
    ],
    ignores: [
      { path: '/root/.gradle/jdks/temurin-21/bin/java' },
      { path: '/root/.gradle/gradle.properties' },
      { path: '/app/build.gradle' },
      { path: '/gradle/data/x', env: { GRADLE_USER_HOME: '/gradle' } },
    ],
  },
}
