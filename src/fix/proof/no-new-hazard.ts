import { type Claimed, type StepResult, some } from './step.ts'

/** No hazard that the original did not have; a missing library names the package that would bring it. */
export const proveNoNewHazard = ({ original, result }: Claimed): StepResult => {
  const before = new Set(original.report.hazards.map(hazard => hazard.key))
  const found = result.report.hazards.filter(hazard => !before.has(hazard.key))
  if (found.length === 0)
    return {
      step: 'no-new-hazard',
      passed: true,
      detail: 'nothing that would keep it from running which the original did not have',
    }
  const owners = found.flatMap(({ missing }) => {
    const path = missing === null ? null : original.hazards.resolve(missing)
    const owner = path === null ? null : original.ownerOf(path)
    return owner
      ? [owner.name]
      : missing !== null
        ? (original.hazards.providerOf(missing)?.package ?? [])
        : []
  })
  return {
    step: 'no-new-hazard',
    passed: false,
    detail: some(found.map(({ title, paths }) => `${title.toLowerCase()} (${paths[0] ?? ''})`)),
    remedy: { packages: owners },
  }
}
