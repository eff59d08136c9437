/** Processors by their names in image configurations and in ELF files (gABI, e_machine). */

/** A map: what is looked up is the image's own word. */
const MACHINES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    386: 3,
    mips: 8,
    mipsle: 8,
    mips64: 8,
    mips64le: 8,
    ppc64: 21,
    ppc64le: 21,
    s390x: 22,
    arm: 40,
    amd64: 62,
    arm64: 183,
    riscv64: 243,
    loong64: 258,
  }),
)

const NAMES: ReadonlyMap<number, string> = new Map([
  [3, 'i386'],
  [8, 'MIPS'],
  [20, '32-bit PowerPC'],
  [21, '64-bit PowerPC'],
  [22, 's390x'],
  [40, '32-bit ARM'],
  [62, 'x86-64'],
  [183, '64-bit ARM'],
  [243, 'RISC-V'],
  [258, 'LoongArch'],
])

/** `e_machine` of a platform (`linux/arm64/v8`), or null. */
export const machineOf = (platform: string): number | null => {
  const [system, architecture = ''] = platform.split('/')
  return system === 'linux' ? (MACHINES.get(architecture) ?? null) : null
}

export const machineName = (machine: number): string => NAMES.get(machine) ?? `machine ${machine}`

/** Processors that start programs of another: x86-64 those of i386, and most 64-bit ARM those of 32-bit ARM. */
export const mayRun = (machine: number, program: number): boolean =>
  machine === program || (machine === 62 && program === 3) || (machine === 183 && program === 40)
