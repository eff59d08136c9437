/**
 * A place in which the built action runs as on a runner, without Docker and without GitHub: a repository with a pull
 * request, a stand-in for `docker`, one for the engine's API and one for GitHub's. Each place is used by one run at a time.
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clone, makeRepository, openRepository, type Repository } from '../build/support/git-repository.ts'
import { type FakeEngine, startFakeEngine } from '../support/fake-engine/start-fake-engine.ts'
import { type MadeImage, makeImage, sha256, writeLayout } from '../support/make-image.ts'
import { directory, file, type MadeEntry } from '../support/make-tar.ts'

/** How an image comes to be and how it is read. */
export type Way = 'buildx' | 'layout' | 'engine' | 'tcp'
export const WAYS: readonly Way[] = ['buildx', 'layout', 'engine', 'tcp']

export interface Workshop {
  readonly folder: string
  readonly repository: Repository
  readonly engine: FakeEngine
  /** The same engine over TCP. */
  readonly tcp: FakeEngine
  /** The merge commit that is checked out, what it stands on, and the pull request's own tip. */
  readonly commits: { readonly merge: string; readonly base: string; readonly head: string }
  readonly stop: () => Promise<void>
}

export interface WorkshopOptions {
  readonly images?: Readonly<Record<'head' | 'base', MadeImage>>
  readonly dockerfile?: string
  readonly buildLog?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  /** The pull request's branch and its commit's message. */
  readonly branch?: string
  readonly message?: string
}

const text = (bytes: number, seed: string): string =>
  seed.repeat(Math.ceil(bytes / seed.length)).slice(0, bytes)

const OS_RELEASE = 'ID=alpine\nVERSION_ID=3.20.0\nPRETTY_NAME="Alpine"\n'
const BASE_LAYERS: readonly (readonly MadeEntry[])[] = [
  [
    directory('etc'),
    file('etc/os-release', OS_RELEASE),
    file('bin/sh', text(40_000, 'shell '), { mode: 0o755 }),
  ],
  [directory('app'), file('app/main', text(20_000, 'program '))],
  [file('data', text(150_000, 'data '))],
]
const CACHE: readonly MadeEntry[] = [
  directory('root/.cache/pip/http'),
  file('root/.cache/pip/http/body', text(200_000, 'cached ')),
]
const HISTORY = [
  'ADD file:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in / ',
  'COPY app /app/ # buildkit',
  'RUN /bin/sh -c make data # buildkit',
  'RUN /bin/sh -c pip install thing # buildkit',
]
const DOCKERFILE = 'FROM busybox:latest\nCOPY app /app/\nRUN make data\n'

export const IMAGES = {
  base: makeImage(BASE_LAYERS, HISTORY),
  head: makeImage([...BASE_LAYERS, CACHE], HISTORY),
} as const

/** What a reader must find, counted here and not by Plimsoll. */
export const CONTENT_BYTES = { base: OS_RELEASE.length + 210_000, head: OS_RELEASE.length + 410_000 } as const

/** A repository whose HEAD is the merge commit that GitHub makes; a `docker` and two engines beside it. */
export const openWorkshop = async (folder: string, options: WorkshopOptions = {}): Promise<Workshop> => {
  const { images = IMAGES, dockerfile = `${DOCKERFILE}RUN pip install thing\n`, buildLog = [] } = options
  const repository = makeRepository(join(folder, 'checkout'))
  const { branch = 'feature', message = 'Change the image', files = {} } = options
  const base = repository.commit('Begin', {
    '.dockerignore': '.git\n',
    Dockerfile: DOCKERFILE,
    'app/main': 'one\n',
    ...files,
  })
  repository.run('switch', '-q', '-c', branch)
  const head = repository.commit(message, { Dockerfile: dockerfile })
  repository.run('switch', '-q', '--detach', base)
  repository.run('merge', '-q', '--no-ff', '-m', 'Merge', branch)
  const merge = repository.run('rev-parse', 'HEAD').trim()
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin', 'docker'), DOCKER)
  chmodSync(join(folder, 'bin', 'docker'), 0o755)
  for (const side of ['head', 'base'] as const) writeBuilt(join(folder, 'built'), side, images)
  writeFileSync(join(folder, 'built', 'log'), buildLog.map(line => `${line}\n`).join(''))
  const engine = await startFakeEngine({ images, socketPath: join(folder, 'engine.sock'), buildLog })
  const tcp = await startFakeEngine({ images, buildLog })
  const stop = async (): Promise<void> => {
    await engine.stop()
    await tcp.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { folder, repository, engine, tcp, commits: { merge, base, head }, stop }
}

/** The same pull request as a clone that has one commit, the pull request's own: its base is with the remote alone. */
export const makeShallow = (workshop: Workshop): Workshop => {
  const { repository, commits, folder } = workshop
  repository.run('update-ref', 'refs/heads/tip', commits.head)
  const origin = clone(repository.root, join(folder, 'origin.git'), '--mirror')
  const shallow = makeRepository(join(folder, 'shallow'))
  shallow.run('remote', 'add', 'origin', `file://${origin.root}`)
  shallow.run('fetch', '-q', '--no-tags', '--depth=1', 'origin', '+refs/heads/tip:refs/remotes/origin/tip')
  shallow.run('checkout', '-q', '--detach', commits.head)
  return {
    ...workshop,
    repository: openRepository(shallow.root),
    commits: { ...commits, merge: commits.head },
  }
}

/** What the stand-in for `docker` gives: the id, and a layout whose index names both images, as BuildKit's does. */
const writeBuilt = (
  folder: string,
  side: 'head' | 'base',
  images: Record<'head' | 'base', MadeImage>,
): void => {
  const scratch = join(folder, 'scratch')
  const layout = join(folder, `layout-${side}`)
  const descriptors = (['head', 'base'] as const).map(each => {
    rmSync(scratch, { recursive: true, force: true })
    writeLayout(scratch, images[each])
    if (each === side) cpSync(scratch, layout, { recursive: true })
    return JSON.parse(readFileSync(join(scratch, 'index.json'), 'utf8')).manifests[0] as { digest: string }
  })
  rmSync(scratch, { recursive: true, force: true })
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: descriptors }))
  writeFileSync(join(folder, `id-${side}`), sha256(images[side].config))
  const { digest } = descriptors[side === 'head' ? 0 : 1]!
  writeFileSync(join(folder, `metadata-${side}`), JSON.stringify({ 'containerimage.digest': digest }))
}

/** `$FAKE_HEAD`, `$FAKE_BASE`: shell, run before the build is done; `…_AFTER`: when all is written. */
const DOCKER = `#!/bin/sh
built=$FAKE_FOLDER/built
case "$1 $2" in
'buildx version')
  [ "$FAKE_DRIVER" = none ] && { echo "docker: 'buildx' is not a docker command." >&2; exit 1; }
  echo 'github.com/docker/buildx v0.30.0' ;;
'buildx inspect')
  printf 'Name:   default\\nDriver: %s\\n\\nNodes:\\nName:   default\\nStatus: running\\n' "$FAKE_DRIVER" ;;
'image rm') echo Untagged ;;
'buildx build')
  dest= iid= metadata= side=
  while [ $# -gt 0 ]; do
    case "$1" in
    --iidfile) iid=$2 ;;
    --metadata-file) metadata=$2 ;;
    --output) dest=\${2#*dest=} ;;
    --tag) side=\${2##*:} ;;
    esac
    shift
  done
  if [ "$side" = head ]; then before=$FAKE_HEAD after=$FAKE_HEAD_AFTER; else before=$FAKE_BASE after=$FAKE_BASE_AFTER; fi
  echo '#1 [internal] load build definition from Dockerfile' >&2
  cat "$built/log" >&2
  [ -n "$before" ] && eval "$before"
  cp "$built/id-$side" "$iid"
  if [ -n "$dest" ]; then
    mkdir -p "$dest" && cp -r "$built/layout-$side/." "$dest"
    cp "$built/metadata-$side" "$metadata"
  fi
  [ -n "$after" ] && eval "$after"
  echo '#9 DONE 0.1s' >&2 ;;
*) echo "unexpected: docker $*" >&2; exit 64 ;;
esac
`
