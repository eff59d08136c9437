import type { Package } from '../packages/package.ts'
import { below, commandRuns, rootsOfTool } from './match.ts'
import type { Rule } from './rule.ts'

/** What a JDK has and a JRE has not (JDK 8 to 25). `jcmd` and its kin are left out: some images run them on purpose. */
const JDK_ONLY =
  /^(jmods|include|demo|sample|man|lib\/svm)\/|^lib\/(src\.zip|ct\.sym|tools\.jar)$|^src\.zip$|^bin\/(javac|javadoc|javap|jdeprscan|jdeps|jimage|jlink|jmod|jnativescan|jpackage|jshell|native-image)$/
const MODULES = 'lib/modules'

/** Debian's and Alpine's JDK packages hold only what the JRE packages lack, so those are claimed whole. */
const isSplit = (pkg: Package): boolean => /^(openjdk|default-j|java-[\w.]+-openjdk)/.test(pkg.name)

export const jdk: Rule = {
  id: 'jdk',
  category: 'compiler',
  title: 'JDK beyond the Java run time',
  why: 'A Java program runs on a JRE; the compiler, its symbols and the library sources only build it.',
  fix: 'Compile in a stage with the JDK and start the final stage from a JRE (`eclipse-temurin:25-jre`, `openjdk-17-jre-headless`) or from one that `jlink` made.',
  matchPackage: ({ manager, name }) =>
    (
      manager === 'apk'
        ? /^openjdk\d+(-(jdk|jmods|src|demos|doc|static-libs))?$/.test(name)
        : /^(openjdk-\d+-(jdk|jdk-headless|source|demo|doc|testsupport)|default-jdk(-headless|-doc)?|java-[\w.]+-openjdk-(devel|jmods|src|demo|javadoc|static-libs)(-\w+)?)$/.test(
            name,
          )
    )
      ? { role: 'build' }
      : null,
  ownedToo: true,
  matchFile: image => {
    // a JRE can have ct.sym and list jdk.compiler in `release` (Debian's has): javac decides
    const roots = rootsOfTool(image, 'javac').filter(
      root => image.exists(`${root}/release`) || image.exists(`${root}/lib/tools.jar`),
    )
    if (roots.length === 0) return null
    return ({ path, owner }) => {
      if (owner && isSplit(owner)) return null
      for (const root of roots) {
        const rest = below(root, path)
        if (rest === null) continue
        if (JDK_ONLY.test(rest)) return { subject: root }
        if (rest === MODULES)
          return {
            subject: path,
            certainty: 'hint',
            reason: 'The module image of a JDK holds its tools too; that of a JRE is about half as large.',
          }
      }
      return null
    }
  },
  wanted: image =>
    commandRuns(
      image,
      'javac',
      'jshell',
      'jlink',
      'native-image',
      'mvn',
      'mvnw',
      'gradle',
      'gradlew',
      'sbt',
      'ant',
    ),
  examples: {
    finds: [
      {
        path: '/opt/java/openjdk/lib/src.zip',
        beside: ['/opt/java/openjdk/bin/javac', '/opt/java/openjdk/release'],
        subject: '/opt/java/openjdk',
        certainty: 'leftover',
      },
      { path: '/opt/jdk/jmods/java.base.jmod', beside: ['/opt/jdk/bin/javac', '/opt/jdk/release'] },
      { path: '/opt/jdk8/lib/tools.jar', beside: ['/opt/jdk8/bin/javac'] },
      {
        path: '/opt/java/openjdk/lib/modules',
        beside: ['/opt/java/openjdk/bin/javac', '/opt/java/openjdk/release'],
        subject: '/opt/java/openjdk/lib/modules',
        certainty: 'hint',
      },
      {
        path: '/usr/lib/jvm/temurin-17-jdk-amd64/lib/ct.sym',
        owner: { name: 'temurin-17-jdk' },
        beside: ['/usr/lib/jvm/temurin-17-jdk-amd64/bin/javac', '/usr/lib/jvm/temurin-17-jdk-amd64/release'],
      },
      {
        path: '/opt/java/openjdk/lib/src.zip',
        beside: ['/opt/java/openjdk/bin/javac', '/opt/java/openjdk/release'],
        command: ['mvn', 'spring-boot:run'],
        certainty: 'hint',
      },
      { package: { name: 'openjdk-17-jdk-headless', section: 'java' }, subject: 'openjdk-17-jdk-headless' },
      { package: { name: 'openjdk17-jmods', manager: 'apk', section: null } },
    ],
    ignores: [
      // Debian's JRE: it has ct.sym, and its `release` lists jdk.compiler
      {
        path: '/usr/lib/jvm/java-17-openjdk-amd64/lib/ct.sym',
        beside: ['/usr/lib/jvm/java-17-openjdk-amd64/release', '/usr/lib/jvm/java-17-openjdk-amd64/bin/java'],
      },
      {
        path: '/usr/lib/jvm/java-17-openjdk-amd64/lib/ct.sym',
        owner: { name: 'openjdk-17-jre-headless' },
        beside: [
          '/usr/lib/jvm/java-17-openjdk-amd64/release',
          '/usr/lib/jvm/java-17-openjdk-amd64/bin/javac',
        ],
      },
      {
        path: '/opt/java/openjdk/lib/server/libjvm.so',
        beside: ['/opt/java/openjdk/bin/javac', '/opt/java/openjdk/release'],
      },
      { path: '/app/bin/javac' },
      { package: { name: 'openjdk-17-jre-headless', section: 'java' } },
      { package: { name: 'temurin-17-jdk', section: 'java' } },
      { package: { name: 'openjdk17-jre', manager: 'apk', section: null } },
    ],
  },
}
