import { isTool, modulesNamedBy, modulesOfRelease } from '../java/modules.ts'
import { onPath } from '../needs.ts'
import type { Scene } from '../scene.ts'
import { type Claimed, type StepResult, some } from './step.ts'

/** Where another Java run-time leaves modules out, the program's classes name none of those. */
export const proveJava = ({ original, result, evidence }: Claimed): StepResult | null => {
  const before = modulesOf(original)
  if (!before) return null
  const step = 'java-modules'
  const now = modulesOf(result)
  if (!now) {
    const isThere = onPath(result.hazards, 'java') !== null
    return isThere ? { step, passed: false, detail: 'its Java does not say which modules it has' } : null
  }
  const lost = before.filter(module => !now.includes(module))
  const missed = lost.filter(module => !isTool(module))
  if (missed.length === 0)
    return { step, passed: true, detail: 'every module of Java that a program can ask for is there' }
  const { modules, unread } = evidence.java
  if (unread !== null)
    return {
      step,
      passed: false,
      detail: `${unread} cannot be read, and without ${some(missed)} it may not run`,
    }
  const said = new Set(settingsOf(original).flatMap(modulesNamedBy))
  const asked = missed.filter(module => modules.has(module) || said.has(module))
  return asked.length === 0
    ? {
        step,
        passed: true,
        detail: `no class of the program names a module that is not there: ${some(missed)}`,
      }
    : {
        step,
        passed: false,
        detail: `${modules.get(asked[0]!) ?? 'the command'} asks for ${some(asked)}, which its Java does not have`,
      }
}

/** What `java` is told beside the program's classes. */
const settingsOf = ({ config }: Scene): readonly string[] => [
  ...(config?.env ?? []),
  ...(config?.entrypoint ?? []),
  ...(config?.cmd ?? []),
]

/** Those of the `java` that the image starts by that name. */
const modulesOf = (scene: Scene): readonly string[] | null => {
  const java = onPath(scene.hazards, 'java')
  const home = java?.replace(/(?:\/jre)?\/bin\/java$/, '')
  const release = home === undefined ? null : scene.body(`${home}/release`)
  return release ? modulesOfRelease(release.toString('utf8')) : null
}
