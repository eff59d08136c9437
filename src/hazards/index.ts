/** The catalogue of hazards. A new one is one file and one line here. */
import { caCertificatesMissing } from './ca-certificates-missing.ts'
import { danglingLink } from './dangling-link.ts'
import { entrypointNotFound } from './entrypoint-not-found.ts'
import type { HazardRule } from './hazard.ts'
import { missingInterpreter } from './missing-interpreter.ts'
import { missingLibrary } from './missing-library.ts'
import { movedVirtualenv } from './moved-virtualenv.ts'
import { keepForProviders } from './providers.ts'
import { pythonConsoleScriptLost } from './python-console-script-lost.ts'
import { pythonMinorMismatch } from './python-minor-mismatch.ts'
import { pythonWrongLibc } from './python-wrong-libc.ts'
import { shebangWithoutInterpreter } from './shebang-without-interpreter.ts'
import { symbolVersion } from './symbol-version.ts'
import { wrongArchitecture } from './wrong-architecture.ts'

/** In the order in which they are told: what keeps the image from starting comes first. */
export const hazardRules: readonly HazardRule[] = [
  entrypointNotFound,
  missingInterpreter,
  wrongArchitecture,
  shebangWithoutInterpreter,
  missingLibrary,
  symbolVersion,
  movedVirtualenv,
  pythonMinorMismatch,
  pythonWrongLibc,
  pythonConsoleScriptLost,
  danglingLink,
  caCertificatesMissing,
]

const KEPT_BYTES = 256 * 1024

/** True for a file whose content the hazard rules read, beside what packages and rules keep. */
export const keepForHazards = (path: string, sizeBytes: number): boolean =>
  sizeBytes <= KEPT_BYTES && keepForProviders(path)
