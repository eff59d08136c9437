import { groupBy } from '../group-by.ts'
import { isForeign } from './foreign.ts'
import type { HazardFound, HazardImage, HazardRule, ProgramFile } from './hazard.ts'
import { machineName, mayRun } from './machines.ts'
import { folderOf, searchFolders, startedPrograms } from './started.ts'
import { code, list, verb } from './words.ts'

/** A name that says which processor it is for: it lies beside its siblings, and somebody chooses. */
const NAMES_A_PROCESSOR =
  /(^|[._/-])(amd64|x86[._-]?64|x64|i[3-6]86|386|arm64|aarch64|arm|armv\d\w*|armhf|ppc64(le)?|powerpc\w*|s390x?|riscv\w*|mips\w*|loong\w*|sparc\w*|m68k|wasm\d*)([._/-]|$)/

const machineOf = ({ elf }: ProgramFile): number | null =>
  elf?.examined ? elf.machine : (elf?.header?.machine ?? null)

const isProgram = ({ elf, isExecutable }: ProgramFile): boolean =>
  isExecutable && elf?.examined === true && (elf.type === 'executable' || elf.interpreter !== null)

const isWrong = (image: HazardImage, file: ProgramFile): boolean => {
  const machine = machineOf(file)
  return image.machine !== null && machine !== null && !mayRun(image.machine, machine)
}

export const wrongArchitecture: HazardRule = {
  id: 'wrong-architecture',
  title: 'Program for another processor',
  why: 'The kernel refuses a program that was compiled for another processor: "exec format error".',
  fix: 'Compile for the platform of the image: `--platform` in the build stage, or `GOARCH=$TARGETARCH` and the like.',
  check: image => {
    // without a platform the processor is a guess, and an odd one out is no fault
    if (image.platform === null || image.machine === null) return []
    const started = startedPrograms(image)
    const folders = searchFolders(image)
    const wrong = image.programs.filter(
      file =>
        isWrong(image, file) &&
        (started.includes(file) ||
          (file.isOwn &&
            isProgram(file) &&
            folders.has(folderOf(file.path)) &&
            !NAMES_A_PROCESSOR.test(file.path) &&
            !isForeign({ ...image, machine: null }, file))),
    )
    return [...groupBy(wrong, file => machineName(machineOf(file)!))].map(
      ([machine, files]): HazardFound => ({
        subject: machine,
        paths: files.map(file => file.path),
        missing: null,
        reason: `${list(files.map(file => file.path))} ${verb(files.length, 'is', 'are')} compiled for ${machine}, and the image is for ${code(image.platform!)}.`,
        layer: files[0]!.layer,
      }),
    )
  },
  examples: {
    finds: [
      {
        files: {
          '/app/server': { elf: { machine: 183, interpreter: null, isStatic: true, type: 'executable' } },
        },
        entrypoint: ['/app/server'],
        platform: 'linux/amd64',
        paths: ['/app/server'],
      },
      {
        files: { '/usr/local/bin/tool': { elf: { machine: 62, interpreter: null, type: 'executable' } } },
        platform: 'linux/arm64',
      },
    ],
    ignores: [
      {
        files: { '/usr/local/bin/tool': { elf: { machine: 3, interpreter: null, type: 'executable' } } },
        platform: 'linux/amd64',
      },
      { files: { '/usr/bin/qemu-aarch64-static': { elf: { interpreter: null } } }, platform: 'linux/amd64' },
      {
        files: { '/usr/local/bin/tini-arm64': { elf: { machine: 183, interpreter: null } } },
        platform: 'linux/amd64',
      },
      {
        files: { '/app/assets/agent': { elf: { machine: 183, interpreter: null } } },
        platform: 'linux/amd64',
      },
      { files: { '/usr/local/bin/tool': { elf: { machine: 183, interpreter: null } } } },
    ],
  },
}
