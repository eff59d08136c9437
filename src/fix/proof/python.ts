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
  const gone = scripts.filter(path => result.hazards.resolve(path) === null)
  return {
    step: 'python',
    passed: lost.length + gone.length === 0,
    detail:
      lost.length + gone.length === 0
        ? `${count(own.length, 'distribution')} and ${count(scripts.length, 'console script')} can be found, by their metadata`
        : `cannot be found: ${some([...lost, ...gone])}`,
    remedy: { copies: gone },
  }
}
