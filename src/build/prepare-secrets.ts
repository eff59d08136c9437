/** Build secrets, passed as `docker/build-push-action` passes them: by file or by variable, never by value. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../errors.ts'
import type { BuildOptions } from './build-options.ts'
import { csvField } from './csv-field.ts'

export interface PreparedSecrets {
  /** Values of `--secret`. */
  readonly flags: readonly string[]
  /** Lines for the log: secrets that are not passed, by id. */
  readonly notes: readonly string[]
  /** Deletes the files. May be called twice. */
  remove(): Promise<void>
}

type SecretOptions = Pick<BuildOptions, 'secrets' | 'secretEnvs' | 'secretFiles'>

/**
 * Writes `secrets` to files that only this user may read, in a directory of its own under `tempDir`. An empty value,
 * as a pull request from a fork has it, is left out with a note.
 * @param workingDirectory what `secret-files` are relative to
 */
export const prepareSecrets = async (
  options: SecretOptions,
  { tempDir, workingDirectory }: { readonly tempDir: string; readonly workingDirectory: string },
): Promise<PreparedSecrets> => {
  const values = options.secrets.map((entry, index) => parseEntry('secrets', entry, index))
  const variables = options.secretEnvs.map((entry, index) => parseEntry('secret-envs', entry, index))
  const files = options.secretFiles.map((entry, index) => parseEntry('secret-files', entry, index))
  const notes = [...values, ...variables, ...files]
    .filter(({ value }) => value === '')
    .map(({ id }) => `The secret "${id}" is empty and is not passed to the build.`)
  const flags = [
    ...variables.filter(({ value }) => value !== '').map(({ id, value }) => secretFlag(id, 'env', value)),
    ...(await Promise.all(
      files
        .filter(({ value }) => value !== '')
        .map(async ({ id, value }) =>
          secretFlag(id, 'src', await existing(id, resolve(workingDirectory, value))),
        ),
    )),
  ]
  const present = values.filter(({ value }) => value !== '')
  if (present.length === 0) return { flags, notes, remove: async () => {} }
  const directory = await mkdtemp(join(tempDir, 'secrets-')) // mode 0700
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    for (const { id, value } of present) {
      const path = join(directory, randomBytes(16).toString('hex'))
      await writeFile(path, value, { mode: 0o600, flag: 'wx' })
      flags.push(secretFlag(id, 'src', path))
    }
  } catch (error) {
    await remove()
    throw error
  }
  return { flags, notes, remove }
}

/** A malformed entry is named by its place: its text may be a part of a secret. */
const parseEntry = (
  input: string,
  entry: string,
  index: number,
): { readonly id: string; readonly value: string } => {
  const at = entry.indexOf('=')
  const id = entry.slice(0, Math.max(at, 0)).trim()
  if (!/^[\w.@/+:-]+$/.test(id) || id.startsWith('-'))
    throw new UserError(
      `${input}: entry ${index + 1} is not "id=${input === 'secrets' ? 'value' : input === 'secret-envs' ? 'VARIABLE' : 'path'}"; quote a value of several lines: "id=…"`,
    )
  const value = entry.slice(at + 1)
  return { id, value: input === 'secrets' ? value : value.trim() }
}

const existing = async (id: string, path: string): Promise<string> => {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw new UserError(`secret-files: there is no file for "${id}" at the path given`)
  return path
}

/** One `--secret`, which buildx reads as a line of comma-separated values. */
const secretFlag = (id: string, key: 'env' | 'src', value: string): string =>
  `id=${id},${csvField(`${key}=${value}`)}`
