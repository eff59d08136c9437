import { below, commandRuns, parentOf } from './match.ts'
import type { Rule } from './rule.ts'
import { startTexts } from './start-scripts.ts'

const MAVEN =
  /^(classes|test-classes|generated-sources|generated-test-sources|maven-status|maven-archiver|surefire-reports|failsafe-reports|site|apidocs)\/|^original-[^/]+\.jar$|^[^/]+-(sources|javadoc|tests)\.jar$|^[^/]+\.jar\.original$/
const GRADLE =
  /^(classes|tmp|reports|test-results|generated|kotlin|kspCaches|resources|intermediates|docs)\/|^libs\/[^/]+-(plain|sources|javadoc)\.jar$/

export const javaBuildDirectory: Rule = {
  id: 'java-build-directory',
  category: 'build-output',
  title: 'Build directory of Maven or Gradle',
  why: 'Classes and reports that the packaged jar beside them holds already, or nobody reads.',
  fix: 'Build in its own stage and `COPY --from` only the jar out of `target` or `build/libs`.',
  matchFile: image => {
    const trees = [
      // the jar plug-in writes maven-archiver when it packages
      ...image
        .named('maven-archiver')
        .map(parentOf)
        .filter(root => image.exists(`${parentOf(root)}/pom.xml`))
        .map(root => ({ root, holds: MAVEN })),
      ...image
        .named('build.gradle', 'build.gradle.kts')
        .map(path => `${parentOf(path) === '/' ? '' : parentOf(path)}/build`)
        .filter(root => image.exists(`${root}/libs`))
        .map(root => ({ root, holds: GRADLE })),
    ]
    if (trees.length === 0) return null
    return ({ path, owner }) => {
      if (owner) return null
      for (const { root, holds } of trees) {
        const rest = below(root, path)
        if (rest !== null) return holds.test(rest) ? { subject: root } : null
      }
      return null
    }
  },
  wanted: image =>
    commandRuns(image, 'mvn', 'mvnw', 'gradle', 'gradlew') ??
    (startTexts(image).some(text => /\b(target\/(test-)?classes|build\/(classes|resources))\b/.test(text))
      ? "The image's command runs the classes, not the jar."
      : null),
  examples: {
    finds: [
      {
        path: '/app/target/classes/com/example/App.class',
        beside: ['/app/pom.xml', '/app/target/maven-archiver/pom.properties', '/app/target/app-1.0.jar'],
        subject: '/app/target',
        certainty: 'leftover',
      },
      {
        path: '/app/build/classes/java/main/App.class',
        beside: ['/app/build.gradle.kts', '/app/build/libs/app.jar'],
        subject: '/app/build',
      },
      {
        path: '/app/target/classes/com/example/App.class',
        beside: ['/app/pom.xml', '/app/target/maven-archiver/pom.properties'],
        command: ['java', '-cp', 'target/classes:lib/*', 'com.example.App'],
        certainty: 'hint',
      },
    ],
    ignores: [
      {
        path: '/app/target/app-1.0.jar',
        beside: ['/app/pom.xml', '/app/target/maven-archiver/pom.properties'],
      },
      { path: '/app/target/classes/com/example/App.class', beside: ['/app/pom.xml'] },
      { path: '/app/target/lib/spring-core.jar', beside: ['/app/pom.xml', '/app/target/maven-archiver/x'] },
      { path: '/app/build/libs/app.jar', beside: ['/app/build.gradle'] },
      { path: '/app/build/static/js/main.js', beside: ['/app/package.json'] },
    ],
  },
}
