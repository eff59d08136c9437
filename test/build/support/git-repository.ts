/** Throw-away git repositories. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Git, openGit } from '../../../src/build/git.ts'

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.invalid',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.invalid',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
}

/** The environment of the user that the tests play: no configuration of this machine's, and file:// submodules allowed. */
export const GIT_ENVIRONMENT: Record<string, string> = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  ...IDENTITY,
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
}

export interface Repository {
  readonly root: string
  readonly git: Git
  run(...args: string[]): string
  write(files: Readonly<Record<string, string>>): void
  /** Commits all changes and gives the hash. */
  commit(message: string, files?: Readonly<Record<string, string>>): string
}

export const temporaryDirectory = (name: string): string =>
  realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)))

export const openRepository = (root: string): Repository => {
  const run = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: root,
      env: GIT_ENVIRONMENT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  }
  return {
    root,
    git: openGit(root, GIT_ENVIRONMENT),
    run,
    write,
    commit(message, files = {}) {
      write(files)
      run('add', '-A')
      run('commit', '-q', '--allow-empty', '-m', message)
      return run('rev-parse', 'HEAD').trim()
    },
  }
}

export const makeRepository = (directory: string): Repository => {
  mkdirSync(directory, { recursive: true })
  execFileSync('git', ['init', '-q', '-b', 'main', directory], { env: GIT_ENVIRONMENT })
  return openRepository(directory)
}

export const clone = (from: string, to: string, ...options: string[]): Repository => {
  execFileSync('git', ['clone', '-q', ...options, `file://${from}`, to], {
    env: GIT_ENVIRONMENT,
    stdio: 'pipe',
  })
  return openRepository(to)
}

/** Everything a user could call their checkout: files with modes and links, the index, HEAD, refs and configuration. */
export const snapshot = (repository: Repository): Readonly<Record<string, string>> => {
  const files: Record<string, string> = {}
  const visit = (directory: string): void => {
    for (const name of readdirSync(directory).sort()) {
      const path = join(directory, name)
      const found = lstatSync(path)
      const key = path.slice(repository.root.length)
      // Objects may arrive, and submodules' own git directories are looked at through their files
      if (key === '/.git') continue
      if (found.isDirectory()) {
        files[`${key}/`] = String(found.mode)
        visit(path)
      } else if (found.isSymbolicLink()) files[key] = readlinkSync(path)
      else
        files[key] =
          `${found.mode} ${found.mtimeMs} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`
    }
  }
  visit(repository.root)
  const gitDirectory = join(repository.root, '.git')
  for (const name of ['index', 'HEAD', 'config'])
    files[`.git/${name}`] = createHash('sha256')
      .update(readFileSync(join(gitDirectory, name)))
      .digest('hex')
  files.refs = repository.run('for-each-ref')
  files.stash = repository.run('stash', 'list')
  files.worktrees = repository.run('worktree', 'list', '--porcelain')
  return files
}
