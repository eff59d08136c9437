import { claimAreas, commandRuns, inHomes } from './match.ts'
import type { Rule } from './rule.ts'
import { startTexts } from './start-scripts.ts'

export const mavenRepository: Rule = {
  id: 'maven-repository',
  category: 'package-cache',
  title: 'Local Maven repository',
  why: 'Plug-ins and libraries of the build; what the program needs is in its jar or beside it.',
  fix: 'Build in its own stage, or mount a cache: `RUN --mount=type=cache,target=/root/.m2 mvn package`.',
  matchFile: image =>
    claimAreas(image, [
      ...inHomes(image, '.m2').map(root => ({
        root,
        holds: /^(repository|wrapper)\/(?!.*\/?settings\.xml$)/,
      })),
      { root: '/usr/share/maven/ref/repository' },
    ]),
  wanted: image =>
    commandRuns(image, 'mvn', 'mvnw', 'gradle', 'gradlew', 'jbang') ??
    (startTexts(image).some(text => text.includes('.m2/')) ? "The image's command names a jar in it." : null),
  examples: {
    finds: [
      {
        path: '/root/.m2/repository/org/springframework/spring-core/6.1.0/spring-core-6.1.0.jar',
        subject: '/root/.m2',
        certainty: 'leftover',
      },
      { path: '/home/app/.m2/wrapper/dists/apache-maven-3.9.9/x.jar', homes: ['/home/app'] },
      { path: '/root/.m2/repository/a/b.jar', command: ['./mvnw', 'spring-boot:run'], certainty: 'hint' },
      {
        path: '/root/.m2/repository/a/b.jar',
        command: ['java', '-cp', '/root/.m2/repository/a/b.jar:/app', 'Main'],
        certainty: 'hint',
      },
    ],
    ignores: [
      { path: '/root/.m2/settings.xml' },
      { path: '/app/lib/spring-core-6.1.0.jar' },
      { path: '/usr/share/maven-repo/org/x.jar', owner: { name: 'libx-java' } },
    ],
  },
}
