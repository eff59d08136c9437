/** The proof of a rewrite, on both images as they were built. */
import { proveConfiguration } from './configuration.ts'
import { proveEntryPoint } from './entry-point.ts'
import { proveJava } from './java.ts'
import { proveNamed } from './named.ts'
import { proveNoNewHazard } from './no-new-hazard.ts'
import { proveNodePackages } from './node-packages.ts'
import { provePackages } from './packages.ts'
import { proveProgramFiles } from './program-files.ts'
import { provePython } from './python.ts'
import { proveSettings } from './settings.ts'
import { proveNoLeftovers, proveSmaller } from './size.ts'
import type { Claimed, StepResult } from './step.ts'
import { proveUsers } from './users.ts'

/** In the order in which they are told. A step that has nothing to look at is left out. */
const STEPS: readonly ((claimed: Claimed) => StepResult | null)[] = [
  proveProgramFiles,
  proveNoNewHazard,
  proveConfiguration,
  proveEntryPoint,
  proveSettings,
  proveUsers,
  provePackages,
  provePython,
  proveJava,
  proveNodePackages,
  proveNamed,
  proveNoLeftovers,
  proveSmaller,
]

export const prove = (claimed: Claimed): readonly StepResult[] => STEPS.flatMap(step => step(claimed) ?? [])
