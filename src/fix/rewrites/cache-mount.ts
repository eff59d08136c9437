import { isWithin, resolvePath } from '../../dockerfile/copied-path.ts'
import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import { commandsOf } from '../commands.ts'
import { CACHES, type Cache } from './caches.ts'
import { isOfficial } from './folder-knowledge.ts'
import type { InPlace, InPlaceRewrite } from './rewrite.ts'

/** Root's own, or those of images that only root fills. */
const ROOT_FOLDER =
  /^\/(?:root\/\.(?!cache$)[\w./-]+|usr\/local\/share\/\.cache\/[\w./-]+|go\/pkg\/[\w./-]+|usr\/local\/cargo\/(?:registry|git)|var\/cache\/apt|tmp\/cache)$/

/** `RUN --mount` needs BuildKit: whatever only BuildKit reads says that it is there. */
const isForBuildKit = ({ syntax, instructions }: Dockerfile): boolean =>
  syntax !== null ||
  instructions.some(({ heredoc, flags }) => heredoc || flags.some(flag => BUILDKIT_FLAG.test(flag)))

const BUILDKIT_FLAG = /^--(?:mount|link|chmod|parents|exclude|security|network)\b/

const isRoot = ({ body }: Instruction): boolean => /^(?:root|0)(?::(?:root|0))?$/.test(body)

/** Folders to mount for one cache; empty where anything speaks against it. */
const foldersOf = (place: InPlace, cache: Cache): readonly string[] => {
  const { dockerfile, instruction, facts } = place
  const { line, stage, text } = instruction
  if (!facts.left(cache.rule, line.start) || cache.settled.test(text)) return []
  if (!commandsOf(instruction)?.some(command => cache.fills.test(command))) return []
  const before = dockerfile.instructions.filter(each => each.stage === stage && each.line.start < line.start)
  const after = dockerfile.instructions.filter(each => each.line.start > line.end)
  if (before.some(each => each.keyword === 'USER' && !isRoot(each))) return []
  const settings = before.filter(({ keyword }) => keyword === 'ENV' || keyword === 'ARG')
  if (settings.some(each => cache.settled.test(each.text))) return []
  if (cache.reads && after.some(({ text }) => cache.reads!.test(text))) return []
  const found = facts.folders(cache.rule, line.start)
  const usual =
    cache.usual !== null &&
    isOfficial(dockerfile, stage) &&
    !settings.some(({ text }) => /HOME|CACHE|PATH|npm_config/.test(text.replace(/\bPATH\b/g, '')))
      ? [cache.usual]
      : []
  return (found ?? usual)
    .filter(folder => ROOT_FOLDER.test(folder) && resolvePath(folder, null) === folder)
    .flatMap(folder => (cache.parts ? cache.parts.map(part => `${folder}/${part}`) : [folder]))
    .filter(folder => isUntouched(folder, instruction, after))
}

/** Nothing else of the file speaks of it, or mounts or deletes what holds it: a mounted folder cannot be deleted. */
const isUntouched = (
  folder: string,
  { text, flags }: Instruction,
  after: readonly Instruction[],
): boolean => {
  const mounted = flags.flatMap(
    flag => /^--mount=.*\b(?:target|dst|destination)=([^,]+)/.exec(flag)?.[1] ?? [],
  )
  return (
    !mounted.some(target => isWithin(folder, target) || isWithin(target, folder)) &&
    ![text, ...after.map(each => each.text)].some(each => each.includes(folder)) &&
    !/\brm\s[^&;|]*(?:\/root|~|\$\{?HOME|\.cache|\/go\b|cargo|\/tmp)/.test(text)
  )
}

export const cacheMount: InPlaceRewrite = {
  id: 'cache-mount',
  title: 'A cache mount for what a package manager downloads',
  why: 'The cache lies on the builder, in no layer, and the next build finds it there. Only for builds with BuildKit, as root, and where no later instruction reads it.',
  rules: CACHES.map(({ rule }) => rule),
  mayFail: true,
  rewrite: place => {
    const { dockerfile, lines, facts } = place
    if (facts.isBuildKit !== true && !isForBuildKit(dockerfile)) return null
    const mounts = CACHES.flatMap(cache =>
      foldersOf(place, cache).map(folder => `--mount=type=cache,target=${folder}${cache.options ?? ''}`),
    )
    const [first = '', ...rest] = lines
    const [, keyword, space] = /^(\s*RUN)([ \t]+)\S/i.exec(first) ?? []
    if (mounts.length === 0 || keyword === undefined) return null
    return [`${keyword} ${mounts.join(' ')}${space}${first.slice(keyword.length + space!.length)}`, ...rest]
  },
  examples: {
    changes: [
      {
        from: 'FROM node\nCOPY --link . .\nRUN yarn install --frozen-lockfile\n',
        to: 'FROM node\nCOPY --link . .\nRUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install --frozen-lockfile\n',
      },
      {
        from: '# syntax=docker/dockerfile:1\nFROM golang\nCOPY . .\nRUN go mod download\nrun  CGO_ENABLED=0 go build -o /app . \\\n  && strip /app\n',
        to: '# syntax=docker/dockerfile:1\nFROM golang\nCOPY . .\nRUN go mod download\nrun --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod  CGO_ENABLED=0 go build -o /app . \\\n  && strip /app\n',
      },
      {
        from: '# syntax=docker/dockerfile:1\nFROM python\nCOPY . .\nRUN poetry install\n',
        to: '# syntax=docker/dockerfile:1\nFROM python\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/pypoetry/cache --mount=type=cache,target=/root/.cache/pypoetry/artifacts poetry install\n',
      },
      {
        from: '# syntax=docker/dockerfile:1\nFROM node\nCOPY . .\nRUN corepack enable && pnpm install --prod --frozen-lockfile\nCMD ["pnpm", "start"]\n',
        to: '# syntax=docker/dockerfile:1\nFROM node\nCOPY . .\nRUN --mount=type=cache,target=/root/.local/share/pnpm/store corepack enable && pnpm install --prod --frozen-lockfile\nCMD ["pnpm", "start"]\n',
      },
      {
        from: '# syntax=docker/dockerfile:1\nFROM maven\nCOPY . .\nRUN mvn -B -q package\nCMD ["java", "-jar", "target/app.jar"]\n',
        to: '# syntax=docker/dockerfile:1\nFROM maven\nCOPY . .\nRUN --mount=type=cache,target=/root/.m2/repository --mount=type=cache,target=/root/.m2/wrapper mvn -B -q package\nCMD ["java", "-jar", "target/app.jar"]\n',
      },
      {
        from: '# syntax=docker/dockerfile:1\nFROM eclipse-temurin\nCOPY . .\nRUN ./gradlew --no-daemon jar\nCMD ["java", "-jar", "build/libs/app.jar"]\n',
        to: '# syntax=docker/dockerfile:1\nFROM eclipse-temurin\nCOPY . .\nRUN --mount=type=cache,target=/root/.gradle/caches --mount=type=cache,target=/root/.gradle/wrapper ./gradlew --no-daemon jar\nCMD ["java", "-jar", "build/libs/app.jar"]\n',
      },
    ],
    keeps: [
      '# syntax=docker/dockerfile:1\nFROM maven\nCOPY pom.xml .\nRUN mvn dependency:go-offline\nCOPY . .\nRUN mvn -o package\n',
      '# syntax=docker/dockerfile:1\nFROM maven\nCOPY . .\nRUN mvn package\nCMD ["mvn", "exec:java"]\n',
      '# syntax=docker/dockerfile:1\nFROM gradle\nENV GRADLE_USER_HOME=/cache\nCOPY . .\nRUN gradle jar\n',
      '# syntax=docker/dockerfile:1\nFROM node\nCOPY pnpm-lock.yaml .\nRUN pnpm fetch\nCOPY . .\nRUN pnpm install --offline --store-dir /store\n',
      'FROM node\nCOPY . .\nRUN yarn install\n',
      'FROM node\nCOPY --link . .\nUSER node\nRUN yarn install\n',
      'FROM node\nCOPY --link . .\nRUN yarn install && yarn cache clean\n',
      'FROM python\nCOPY --link . .\nRUN pip install flask\n',
      'FROM node\nCOPY --link . .\nRUN npm ci\n',
      'FROM golang\nRUN --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod go build\n',
      'FROM golang\nENV GOCACHE=/cache GOMODCACHE=/mod\nCOPY --link . .\nRUN go build\n',
      'FROM rust\nCOPY --link . .\nRUN cargo fetch\nRUN echo with cargo && rm -rf /root/.cache\n',
    ],
  },
}
