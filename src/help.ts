/** The text of `plimsoll help`, made from the list of options. */
import { inputSpecs } from './inputs.ts'

const HEAD = `plimsoll: the load line for container images

  plimsoll inspect IMAGE            what is in one image, and what does not belong there
  plimsoll compare BASE HEAD        two images, or two saved reports: what changed and why
  plimsoll review [CONTEXT]         what the pull request would say: builds CONTEXT as it is and at the base
                                    commit, compares, judges
  plimsoll fix [CONTEXT] [--write]  a smaller Dockerfile, built, checked and measured before it is shown
  plimsoll rules [ID]               the catalogue of findings, or one rule's page
  plimsoll demo [--build]           an example review; with --build the example is built by your engine

IMAGE   docker://NAME (or just NAME)   an engine's image
        registry://NAME                an image straight from its registry, with docker's login and no engine
        oci-dir://DIR                  an OCI image layout (DIR@sha256:… or DIR:TAG picks one)
        archive://FILE                 what docker save, podman save or skopeo write; plain, gzip or zstd
                                       (FILE@sha256:… or FILE#TAG picks one)
        rootfs://FILE                  a plain filesystem tar, as one layer
        report://FILE                  a report saved earlier with --json

Output
  --json, --format text|markdown|json|sarif|html     --output FILE (else stdout)
  --quiet                                            --no-color (and NO_COLOR)

Options
`

const TAIL = `
Exit status
  0 complete, and nothing that --fail-on names happened      1 complete, and something of it happened
  2 not complete: one line on stderr says what, where and what to do
`

export const helpText = (): string => {
  const rows = inputSpecs()
    .filter(([, spec]) => spec.where.includes('command'))
    .map(([name, spec]) => {
      const option = `--${spec.alias ?? name}${spec.kind === 'flag' ? '' : ' …'}`
      return `  ${option.padEnd(22)} ${spec.about.replaceAll('`', '')}`
    })
  return `${HEAD}${rows.join('\n')}\n${TAIL}`
}
