import type { BuildOptions } from '../../../src/build/build-options.ts'

/** Nothing asked for: `docker buildx build .` with an hour's patience. */
export const DEFAULT_BUILD_OPTIONS: BuildOptions = {
  context: '.',
  file: null,
  bakeFile: null,
  target: null,
  buildArgs: [],
  buildContexts: [],
  secrets: [],
  secretEnvs: [],
  secretFiles: [],
  ssh: [],
  platform: null,
  builder: null,
  network: null,
  addHosts: [],
  labels: [],
  shmSize: null,
  ulimit: [],
  cacheFrom: [],
  cacheTo: [],
  noCache: false,
  pull: false,
  timeoutMs: 3_600_000,
}
