/** Programs that call a C compiler while they run. */
import { commandRuns } from './match.ts'
import type { RuleImage } from './rule.ts'

const PACKAGES = new Map([
  ['dkms', 'builds kernel modules where it runs'],
  ['systemtap', 'compiles its scripts where they run'],
  ['bpfcc-tools', 'compiles its programs where they run'],
  ['r-base-core', 'compiles the packages that it installs'],
  ['R', 'compiles the packages that it installs'],
])

/** A sentence that names who may want a compiler and headers at run time, or null. */
export const compilesAtRunTime = (image: RuleImage): string | null => {
  const command = commandRuns(
    image,
    'gcc',
    'cc',
    'g++',
    'c++',
    'clang',
    'clang++',
    'gfortran',
    'make',
    'cmake',
  )
  if (command) return command
  for (const pkg of image.packages) {
    const does = PACKAGES.get(pkg.name)
    if (does) return `\`${pkg.name}\` ${does}.`
  }
  // Triton, which torch.compile uses, calls the C compiler and needs Python.h when a kernel first runs
  const triton = image.named('triton').find(path => /\/(site|dist)-packages\/triton$/.test(path))
  return triton ? 'Triton (`torch.compile`) calls a C compiler when a kernel first runs.' : null
}
