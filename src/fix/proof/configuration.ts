import type { ImageConfig } from '../../image/image.ts'
import { lostVariables, usedPath, variableOf } from '../environment.ts'
import { type Claimed, type StepResult, some } from './step.ts'

const FIELDS: readonly (readonly [name: string, of: (config: ImageConfig) => unknown])[] = [
  ['ENTRYPOINT', config => config.entrypoint],
  ['CMD', config => config.cmd],
  ['USER', config => config.user],
  ['WORKDIR', config => config.workingDir ?? '/'],
  ['LABEL', config => Object.entries(config.labels).sort()],
  ['EXPOSE', config => config.runtime?.exposedPorts],
  ['VOLUME', config => config.runtime?.volumes],
  ['STOPSIGNAL', config => config.runtime?.stopSignal],
  ['HEALTHCHECK', config => config.runtime?.healthcheck],
  ['SHELL', config => config.runtime?.shell],
  ['ONBUILD', config => config.runtime?.onBuild],
]

/** Users, working directory, ports and the rest are those of the original; so are variables, but those of a toolchain. */
export const proveConfiguration = ({ original, result }: Claimed): StepResult => {
  const [a, b] = [original.config, result.config]
  if (!a || !b) return { step: 'configuration', passed: false, detail: 'an image without a configuration' }
  const different = FIELDS.flatMap(([name, of]) =>
    JSON.stringify(of(a)) === JSON.stringify(of(b)) ? [] : [name],
  )
  const lost = lostVariables(a, b)
  const added = lostVariables(b, a)
  const path = usedPath(variableOf(a, 'PATH'), result.hazards)
  const now = usedPath(variableOf(b, 'PATH'), result.hazards)
  const isSamePath = path.join(':') === now.join(':')
  const wrong = [...different, ...lost, ...added, ...(isSamePath ? [] : ['PATH'])]
  if (wrong.length === 0)
    return {
      step: 'configuration',
      passed: true,
      detail: 'command, user, working directory, ports, volumes, labels and variables are the same',
    }
  return {
    step: 'configuration',
    passed: false,
    detail: `not the same: ${some(wrong, 5)}`,
    remedy: { keep: isSamePath ? [] : [`ENV PATH=${path.join(':')}`] },
  }
}
