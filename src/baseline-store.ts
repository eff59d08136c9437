/**
 * Reports of commits, saved so that a later run need not build them again: one file for each commit in one folder, which
 * the workflow keeps (docs/decisions/0014-data-not-text-from-other-jobs.md). What is found there is checked like any saved report.
 */
import { createHash } from 'node:crypto'
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type BuildOptions, givenBuildArgs } from './build/build-options.ts'
import { isSecretName } from './dockerfile/mask-values.ts'
import { messageOf, UserError } from './errors.ts'
import { renderJson } from './render/json.ts'
import type { ImageReport } from './report/types.ts'
import { VERSION } from './version.ts'
import { makeFolder, readReportFile } from './world.ts'

/** What makes two reports of one commit different reports. */
export interface BaselineIdentity {
  readonly repository: string
  readonly name: string
  readonly platform: string
  readonly image: string | null
  /** As they were written, before a bake file was read. */
  readonly build: BuildOptions
  /** Where build arguments without a value have theirs. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface BaselineStore {
  /** The saved report of a commit; null where there is none, or none that can be read. */
  readonly load: (sha: string) => Promise<ImageReport | null>
  /** The path of the file. */
  readonly save: (sha: string, report: ImageReport) => Promise<string>
}

/** Files of one image that are kept; older ones go. */
const KEPT = 20

export const openBaselines = (folder: string, identity: BaselineIdentity): BaselineStore => {
  const key = keyOf(identity)
  const pathOf = (sha: string): string => join(folder, `${key}-${checked(sha)}.json`)
  return {
    load: async sha => {
      try {
        return await readReportFile(pathOf(sha), 'baseline')
      } catch (error) {
        if (error instanceof UserError) return null
        throw error
      }
    },
    save: async (sha, report) => {
      const path = pathOf(sha)
      try {
        await makeFolder(folder)
        // whole or not at all
        await writeFile(`${path}.part`, renderJson(report))
        await rename(`${path}.part`, path)
        await prune(folder, key)
      } catch (error) {
        throw new UserError(`baseline-dir: ${relative('.', path)} cannot be written: ${messageOf(error)}`)
      }
      return path
    },
  }
}

const checked = (sha: string): string => {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(sha)) return sha
  throw new UserError('baseline: this is not the full hash of a commit')
}

/**
 * Values of secrets are no part of it, nor those that the environment has for build arguments with the name of one, which
 * may be another each run: their names are. Twenty digits tell images of one repository apart.
 */
const keyOf = ({ repository, name, platform, image, build, environment }: BaselineIdentity): string => {
  const { context, file, bakeFile, target, buildArgs, buildContexts, labels, network, noCache, pull } = build
  const { addHosts, shmSize, ulimit } = build
  const byName = buildArgs.filter(argument => !argument.includes('=') && !isSecretName(argument))
  const values = givenBuildArgs({ buildArgs: byName }, environment)
  const secrets = [...build.secrets, ...build.secretEnvs, ...build.secretFiles].map(
    pair => pair.split('=')[0],
  )
  const measured = [repository, name, platform, image, context, file, target, buildArgs, buildContexts]
  const rest = [labels, network, noCache, pull, secrets.sort(), bakeFile, values, addHosts, shmSize, ulimit]
  const text = JSON.stringify(['plimsoll', VERSION, ...measured, ...rest])
  return createHash('sha256').update(text).digest('hex').slice(0, 20)
}

const prune = async (folder: string, key: string): Promise<void> => {
  const names = (await readdir(folder)).filter(name => name.startsWith(`${key}-`) && name.endsWith('.json'))
  const files = await Promise.all(
    names.map(async name => ({ name, timeMs: (await stat(join(folder, name))).mtimeMs })),
  )
  const old = files.sort((a, b) => b.timeMs - a.timeMs || (a.name < b.name ? -1 : 1)).slice(KEPT)
  for (const { name } of old) await rm(join(folder, name), { force: true })
}
