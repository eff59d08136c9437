import { parentOf } from '../path-parts.ts'
import { isSystemOwned } from './match.ts'
import type { Rule } from './rule.ts'

const TEMPORARY = /^\/(tmp|var\/tmp)\//
const LOG = /^\/var\/log\/.+/
const DUMP =
  /\/(hs_err_pid\d+\.log|npm-debug\.log[^/]*|yarn-(error|debug)\.log|lerna-debug\.log|nohup\.out|pip-log\.txt)$|[^/]\.(hprof|stackdump)$/
const CORE = /\/core(\.\d+)?$/
const CORE_BYTES = 1_000_000

export const temporaryFiles: Rule = {
  id: 'temporary-files',
  category: 'temporary',
  title: 'Temporary files, logs and dumps',
  why: 'A step of the build left them; a container starts without them.',
  fix: 'Delete them in the `RUN` that makes them, or mount a temporary file system: `RUN --mount=type=tmpfs,target=/tmp`.',
  matchFile:
    () =>
    ({ path, owner, sizeBytes }) => {
      if (isSystemOwned(owner)) return null
      const place = TEMPORARY.exec(path)
      if (place) return { subject: `/${place[1]}`, certainty: 'hint' }
      if (LOG.test(path)) return { subject: '/var/log', certainty: 'hint' }
      if (DUMP.test(path) || (sizeBytes >= CORE_BYTES && CORE.test(path)))
        return { subject: parentOf(path), certainty: 'hint' }
      return null
    },
  examples: {
    finds: [
      { path: '/tmp/pip-build-0a/x.c', subject: '/tmp', certainty: 'hint' },
      { path: '/var/log/app/build.log', subject: '/var/log', certainty: 'hint' },
      { path: '/app/hs_err_pid17.log', subject: '/app', certainty: 'hint' },
      { path: '/app/core.4711', sizeBytes: 5e6, certainty: 'hint' },
    ],
    ignores: [
      { path: '/app/core', sizeBytes: 100 },
      { path: '/app/tmp/cache.db' },
      { path: '/app/changes.log.md' },
      { path: '/usr/share/tmp/x' },
    ],
  },
}
