import { type Claimed, count, type StepResult, some } from './step.ts'

/** By what installers recorded, without running anything: each distribution of the own layers and its console scripts. */
export const provePython = ({ original, result }: Claimed): StepResult | null => {
  const own = original.hazards.distributions.filter(each => each.isOwn)
  if (own.length === 0) return null
  const there = new Set(result.hazards.distributions.map(({ folder }) => folder))
  const lost = own.filter(({ folder }) => !there.has(folder)).map(({ name }) => name)
  const scripts = own.flatMap(({ files }) =>
    files.filter(path => /\/bin\/[^/]+$/.test(path) && original.hazards.resolve(path) !== null),
  )
  // a newer pip beside the base image's own: both would be found
  const known = new Set(original.hazards.distributions.map(({ folder }) => folder))
  const twice = result.hazards.distributions.filter(
    ({ folder, site }) => !known.has(folder) && own.some(each => each.site === site),
  )
  const gone = scripts.filter(path => result.hazards.resolve(path) === null)
  return {
    step: 'python',
    passed: lost.length + gone.length + twice.length === 0,
    detail:
      lost.length + gone.length + twice.length === 0
        ? `${count(own.length, 'distribution')} and ${count(scripts.length, 'console script')} can be found, by their metadata`
        : lost.length + gone.length > 0
          ? `cannot be found: ${some([...lost, ...gone])}`
          : `in two versions: ${some(twice.map(({ name }) => name))}`,
    remedy: { copies: gone, after: twice.map(({ folder }) => `rm -rf ${folder}`) },
  }
}
