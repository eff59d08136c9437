import { parentOf } from '../path-parts.ts'
import { join } from './join.ts'
import { below, commandRuns, isPackagePart, nearestRoot } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'
import { startTexts } from './start-scripts.ts'

const MAVEN =
  /^(classes|test-classes|generated-sources|generated-test-sources|maven-status|maven-archiver|surefire-reports|failsafe-reports|site|apidocs)\/|^original-[^/]+\.jar$|^[^/]+-(sources|javadoc|tests)\.jar$|^[^/]+\.jar\.original$/
const GRADLE =
  /^(classes|tmp|reports|test-results|generated|kotlin|kspCaches|resources|intermediates|docs)\/|^libs\/[^/]+-(plain|sources|javadoc)\.jar$/

/** Ant leaves the names to the project: these are those of its manual, and only beside a jar that was made of them. */
const ANT = /^(classes|test-classes|test|reports|javadoc|docs\/api|obj|gen|generated)\//
const SOURCE = /\.(java|kt|kts|scala|groovy)$/
const SOURCES = 'Sources beside the directory that they were compiled into.'

interface Project {
  /** The build directory. */
  readonly root: string
  readonly holds: RegExp
}

const findProjects = (image: RuleImage): Project[] => [
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
  ...antProjects(image),
]

/** Where the image's command starts a jar out of the project: Ant has no file that says that it packaged one. */
const antProjects = (image: RuleImage): Project[] => {
  const projects = image.named('build.xml').map(parentOf)
  if (projects.length === 0) return []
  const started = startTexts(image)
    .flatMap(text => text.split(/[\s:;"'[\],]+/))
    .filter(word => word.endsWith('.jar'))
    .map(word => image.resolve(word.startsWith('/') ? word : join(image.workingDirectory, word)))
  const above = new Set(started.flatMap(jar => (jar === null ? [] : parentsOf(jar))))
  return projects
    .filter(project => above.has(project))
    .flatMap(project => ['build', 'dist', 'target', 'bin'].map(name => join(project, name)))
    .filter(root => image.exists(root))
    .map(root => ({ root, holds: ANT }))
}

/** Every directory above a path. */
const parentsOf = (path: string): string[] => {
  const parents: string[] = []
  for (let at = path; at !== '/'; ) {
    at = parentOf(at)
    parents.push(at)
  }
  return parents
}

export const javaBuildDirectory: Rule = {
  id: 'java-build-directory',
  category: 'build-output',
  title: 'Build directory of Maven, Gradle or Ant',
  why: 'Classes and reports that the packaged jar beside them holds already, or nobody reads.',
  fix: 'Build in its own stage and `COPY --from` only the jar out of `target` or `build/libs`.',
  matchFile: image => {
    const trees = findProjects(image)
    if (trees.length === 0) return null
    const projects = trees.map(({ root }) => parentOf(root)).filter(project => project !== '/')
    const treeOf = nearestRoot(trees)
    const projectOf = nearestRoot(projects.map(root => ({ root })))
    return ({ path, owner }) => {
      if (owner) return null
      const tree = treeOf(path)
      if (tree) return tree.holds.test(below(tree.root, path)!) ? { subject: tree.root } : null
      const project = SOURCE.test(path) && !isPackagePart(path) ? projectOf(path) : null
      return project && { subject: project.root, reason: SOURCES }
    }
  },
  wanted: image =>
    commandRuns(image, 'mvn', 'mvnw', 'gradle', 'gradlew', 'ant') ??
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
      {
        path: '/app/src/main/java/com/example/App.java',
        beside: ['/app/pom.xml', '/app/target/maven-archiver/pom.properties', '/app/target/app-1.0.jar'],
        subject: '/app',
        certainty: 'leftover',
      },
      // the innermost project has it
      {
        path: '/app/core/src/main/java/Core.java',
        beside: [
          '/app/pom.xml',
          '/app/target/maven-archiver/pom.properties',
          '/app/core/pom.xml',
          '/app/core/target/maven-archiver/pom.properties',
        ],
        subject: '/app/core',
      },
      {
        path: '/src/build/classes/App.class',
        beside: ['/src/build.xml', '/src/build/app.jar'],
        command: ['java', '-jar', '/src/build/app.jar'],
        subject: '/src/build',
      },
      {
        path: '/src/java/App.java',
        beside: ['/src/build.xml', '/src/dist/app.jar', '/src/dist/classes/App.class'],
        command: ['java', '-jar', 'dist/app.jar'],
        workingDirectory: '/src',
        subject: '/src',
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
      { path: '/app/src/main/java/com/example/App.java', beside: ['/app/pom.xml'] },
      { path: '/app/src/main/resources/a.html', beside: ['/app/pom.xml', '/app/target/maven-archiver/x'] },
      { path: '/src/build/classes/App.class', beside: ['/src/build.xml', '/src/build/app.jar'] },
      { path: '/app/build/static/js/main.js', beside: ['/app/package.json'] },
    ],
  },
}
