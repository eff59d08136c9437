/**
 * Every option there is: its name, kind, default and sentence. `action.yml`, the command's help, the configuration
 * file and the README's table are held to this list by tests.
 */

/** `lines`: one item a line. `csv`: commas split too. Both as docker/build-push-action reads them. */
export type InputKind = 'text' | 'flag' | 'lines' | 'csv'

export interface InputSpec {
  readonly kind: InputKind
  /** Where it exists: the action, the command, the configuration file. */
  readonly where: readonly ('action' | 'command' | 'file')[]
  readonly about: string
  /** Shown and used where nothing else is given. Options that the file may hold have none in action.yml. */
  readonly fallback?: string
  /** A closed list of values. */
  readonly values?: readonly string[]
  /** The singular that the docker command uses. */
  readonly alias?: string
}

const EVERYWHERE = ['action', 'command', 'file'] as const
const BUILD = ['action', 'command'] as const
const ACTION = ['action'] as const

export const INPUTS = {
  context: { kind: 'text', where: BUILD, fallback: '.', about: 'Build context: a folder of the checkout' },
  file: { kind: 'text', where: BUILD, about: 'Path of the Dockerfile (default: `{context}/Dockerfile`)' },
  'bake-file': {
    kind: 'text',
    where: BUILD,
    about:
      'Bake file whose target is built, resolved by `docker buildx bake --print`; `target` then names that target',
  },
  target: { kind: 'text', where: BUILD, about: 'Stage to build' },
  'build-args': {
    kind: 'lines',
    where: BUILD,
    alias: 'build-arg',
    about: 'Build-time variables, `NAME=value`',
  },
  'build-contexts': {
    kind: 'lines',
    where: BUILD,
    alias: 'build-context',
    about:
      'More build contexts, `name=path` (folders of the checkout are taken from the base commit for the base image)',
  },
  secrets: { kind: 'lines', where: BUILD, alias: 'secret', about: 'Secrets for the build, `id=value`' },
  'secret-envs': {
    kind: 'csv',
    where: BUILD,
    alias: 'secret-env',
    about: 'Secrets from variables, `id=VARIABLE`',
  },
  'secret-files': {
    kind: 'lines',
    where: BUILD,
    alias: 'secret-file',
    about: 'Secrets from files, `id=path`',
  },
  ssh: { kind: 'csv', where: BUILD, about: 'SSH agent sockets or keys for the build' },
  platforms: { kind: 'csv', where: BUILD, alias: 'platform', about: 'One platform, such as `linux/arm64`' },
  builder: { kind: 'text', where: BUILD, about: 'Name of the buildx builder' },
  network: { kind: 'text', where: BUILD, about: 'Network mode of RUN instructions' },
  'add-hosts': {
    kind: 'csv',
    where: BUILD,
    alias: 'add-host',
    about: 'Host names for the build, `name:address`',
  },
  labels: { kind: 'lines', where: BUILD, alias: 'label', about: 'Labels of the image, `name=value`' },
  'shm-size': { kind: 'text', where: BUILD, about: 'Size of `/dev/shm` during the build' },
  ulimit: { kind: 'csv', where: BUILD, about: 'Limits of processes during the build' },
  'cache-from': { kind: 'lines', where: BUILD, about: 'Where build caches are read from' },
  'cache-to': { kind: 'lines', where: BUILD, about: 'Where the build cache goes (head image only)' },
  'no-cache': { kind: 'flag', where: BUILD, fallback: 'false', about: 'Build without cache' },
  pull: { kind: 'flag', where: BUILD, fallback: 'false', about: 'Always look for newer base images' },
  timeout: {
    kind: 'text',
    where: EVERYWHERE,
    about: 'Longest time for each build: `90s`, `30m` (default), `2h`',
  },
  image: {
    kind: 'text',
    where: BUILD,
    about:
      'Use this image instead of building: `docker://`, `registry://`, `oci-dir://`, `archive://`, or a plain name',
  },
  'base-image': {
    kind: 'text',
    where: BUILD,
    about: 'Compare with this image (or `report://`) instead of building the base',
  },
  'base-ref': { kind: 'text', where: BUILD, about: 'Compare with this commit, branch or tag' },
  'base-prepare': {
    kind: 'text',
    where: BUILD,
    about: 'Shell command that is run in the base checkout before its build; never for forks',
  },
  baseline: {
    kind: 'text',
    where: BUILD,
    fallback: 'auto',
    values: ['auto', 'build', 'saved', 'none'],
    about:
      'What to compare with: `auto` (a saved report of the base commit, else its image, built), `build` (always built), `saved` (never built), `none`',
  },
  'baseline-dir': {
    kind: 'text',
    where: ACTION,
    about:
      'Where reports are saved on `push` and looked for afterwards (default: `plimsoll-baselines` in the runner’s temp directory): keep it with `actions/cache`',
  },
  name: {
    kind: 'text',
    where: EVERYWHERE,
    about: 'What the image is called in the comment (default: target, else repository)',
  },
  'max-size': { kind: 'text', where: EVERYWHERE, about: 'Budget for the image: `300 MB`' },
  'max-increase': {
    kind: 'text',
    where: EVERYWHERE,
    about: 'Budget for the increase: `20 MB`, `10%`, or `10% and 20 MB` when both must be exceeded',
  },
  'max-leftovers': {
    kind: 'text',
    where: EVERYWHERE,
    about: 'Budget for build leftovers: `10 MB`, or a share of the image: `5%`',
  },
  'max-layers': { kind: 'text', where: EVERYWHERE, about: 'Budget for the number of layers' },
  'warn-increase': { kind: 'text', where: EVERYWHERE, about: 'As `max-increase`, but warns only' },
  'fail-on': {
    kind: 'csv',
    where: EVERYWHERE,
    about:
      'What fails the check: `budget` (default), `leftovers`, `new-leftovers`, `new-hazards`, `base-build-error`; `none`: nothing',
  },
  'accept-label': {
    kind: 'text',
    where: ['action', 'file'],
    about:
      'A label of the pull request by which what would fail becomes a warning; setting labels needs the triage role',
  },
  'warn-only': { kind: 'flag', where: EVERYWHERE, about: 'Never fail, still say what would' },
  ignore: {
    kind: 'lines',
    where: EVERYWHERE,
    about: 'Findings to silence: a rule, a package or a path pattern, then `# why` and `until 2027-01-31`',
  },
  'config-file': {
    kind: 'text',
    where: BUILD,
    about: 'Configuration file (default: `.github/plimsoll.yml` if it is there)',
  },
  'min-change': {
    kind: 'text',
    where: EVERYWHERE,
    about: 'Smaller changes count as none (default: `10 kB`)',
  },
  suggest: {
    kind: 'text',
    where: ['action', 'file'],
    values: ['verified', 'advice'],
    about:
      '`verified` (default on `pull_request`) looks for a smaller Dockerfile after the verdict, builds and proves it, and shows it in the comment; `advice` leaves it at words',
  },
  'fix-timeout': {
    kind: 'text',
    where: ['action', 'file'],
    about: 'Longest time for all of that: `90s`, `10m` (default)',
  },
  'min-saving': {
    kind: 'text',
    where: EVERYWHERE,
    about: 'A rewritten Dockerfile that saves less is not shown (default: `1 MB`)',
  },
  'smoke-test': {
    kind: 'text',
    where: EVERYWHERE,
    about:
      'Shell command that must succeed in a container of the image and of the rewritten one; nothing of an image is ever run without it',
  },
  comment: {
    kind: 'text',
    where: ['action', 'file'],
    values: ['always', 'on-change', 'on-failure', 'never'],
    about:
      'When to create the comment: `on-change` (default), `always`, `on-failure`, `never`; an existing one is always kept up to date',
  },
  mode: {
    kind: 'text',
    where: ACTION,
    fallback: 'auto',
    values: ['auto', 'compare', 'publish', 'baseline'],
    about:
      '`compare` builds, compares and comments; `publish` comments what other jobs measured (`reports`); `baseline` measures and saves; `auto` is `publish` where `reports` is given, else `compare`',
  },
  reports: {
    kind: 'lines',
    where: ACTION,
    about:
      'Pattern of the `report.json` files of other jobs, for one comment about all: `reports/**/report.json`',
  },
  'comment-key': {
    kind: 'text',
    where: ACTION,
    fallback: 'default',
    about: 'Separate comments for separate keys',
  },
  suggestions: {
    kind: 'text',
    where: ['action', 'file'],
    values: ['none', 'review'],
    about:
      'Small and safe edits as suggestions at lines of the diff: `review` writes one review with them, `none` (default) writes none',
  },
  summary: { kind: 'flag', where: ACTION, fallback: 'true', about: 'Write the job summary' },
  annotations: { kind: 'flag', where: ACTION, fallback: 'true', about: 'Annotate lines of the Dockerfile' },
  'report-dir': {
    kind: 'text',
    where: ACTION,
    about:
      'Where the reports go (default: `plimsoll` in the runner’s temp directory; a second step of the job gets `plimsoll-2`)',
  },
  'cache-dir': {
    kind: 'text',
    where: BUILD,
    about:
      'Folder for what was read of each layer, so that the next run need not read it again: keep it with `actions/cache`',
  },
  'github-token': { kind: 'text', where: ACTION, about: 'Token for the comment' },
} as const satisfies Readonly<Record<string, InputSpec>>

export type InputName = keyof typeof INPUTS

export const inputSpecs = (): [InputName, InputSpec][] => Object.entries(INPUTS) as [InputName, InputSpec][]
