import { isWithin, readCopy, resolvePath } from '../../dockerfile/copied-path.ts'
import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import { isComment } from '../../dockerfile/read-lines.ts'
import { commandsOf, isUserCommand } from '../commands.ts'
import type { Edit } from '../edit.ts'
import { type ChangeOfOwner, changesOfOwner } from './chown-command.ts'
import { leavesUsers, makesNames, startsWithout, staysOutOf } from './folder-knowledge.ts'
import { withoutCommand } from './remove-command.ts'
import type { SpanRewrite, StagePlace } from './rewrite.ts'

/** What a `COPY` may say beside its sources without a change of what is copied where. */
const KNOWN_FLAG = /^--(?:from=|exclude=|chmod=0?[0-7]{3}$)/

const spans = (place: StagePlace): readonly (readonly Edit[])[] => {
  let workdir: string | null = null
  const changes: ChangeOfOwner[] = []
  for (const instruction of place.stage.instructions) {
    if (instruction.keyword === 'WORKDIR') workdir = workdirAfter(instruction, workdir)
    else if (instruction.keyword === 'RUN') changes.push(...changesOfOwner(instruction, workdir))
  }
  // a second one would need the first as it was
  const [change] = changes
  const edits = changes.length === 1 ? editsOf(place, change!) : null
  return edits ? [edits] : []
}

const workdirAfter = ({ body }: Instruction, before: string | null): string | null =>
  resolvePath(body.replace(/["']/g, ''), before)

/** Null where anything that the command reaches may not come from a `COPY` of this stage. */
const editsOf = (place: StagePlace, change: ChangeOfOwner): readonly Edit[] | null => {
  const { stage, facts, dockerfile, linesOf } = place
  const { folder, owner, run, command } = change
  const before = stage.instructions.slice(0, stage.instructions.indexOf(run))
  const copies: Instruction[] = []
  let workdir: string | null = null
  let isMade = false
  const parents = new Set<string>()
  for (const instruction of before) {
    if (instruction.keyword === 'WORKDIR') {
      workdir = workdirAfter(instruction, workdir)
      if (workdir === null || (workdir !== folder && isWithin(workdir, folder))) return null
      isMade ||= workdir === folder && copies.length === 0
      parents.add(workdir)
      continue
    }
    const brings = reachOf(instruction, workdir, change, place)
    if (brings === 'unknown') return null
    if (brings === 'all') copies.push(instruction)
  }
  if (copies.length === 0 || !startsWithout(place, folder, [...parents])) return null
  if (!copies.some(({ line }) => facts.left('layer-waste', line.start))) return null
  const between = stage.instructions.slice(
    stage.instructions.indexOf(copies[0]!) + 1,
    stage.instructions.indexOf(run),
  )
  const own = commandsOf(run)!
  const earlier = own.slice(0, own.indexOf(command))
  if (earlier.some(each => !staysOutOf(each, folder))) return null
  const isSame = between.every(each => leavesUsers(each, facts)) && !earlier.some(isUserCommand)
  const first = before.slice(0, before.indexOf(copies[0]!))
  if (owner.names.length > 0 && !isSame && !makesNames(first, owner.names)) return null
  const rest = isMade
    ? narrowed(linesOf(run))
    : own.length === 1
      ? []
      : withoutCommand(dockerfile, linesOf(run), command)
  if (rest === null) return null
  const owned = copies.map(copy => ({ copy, lines: withOwner(dockerfile, linesOf(copy), owner.text) }))
  return owned.every(({ lines }) => lines !== null)
    ? [
        ...owned.map(({ copy, lines }) => ({ start: copy.line.start, end: copy.line.end, lines: lines! })),
        { start: run.line.start, end: run.line.end, lines: rest },
      ]
    : null
}

/** Whether an instruction brings what lies in the folder and nothing else, nothing of it, or nobody can tell. */
const reachOf = (
  instruction: Instruction,
  workdir: string | null,
  { folder, owner }: ChangeOfOwner,
  { facts, dockerfile }: StagePlace,
): 'all' | 'none' | 'unknown' => {
  const { keyword, flags, line } = instruction
  if (keyword === 'USER') return /^(?:root|0)(?::(?:root|0))?$/.test(instruction.body) ? 'none' : 'unknown'
  if (keyword === 'SHELL' || keyword === 'VOLUME' || keyword === 'ONBUILD') return 'unknown'
  if (keyword === 'RUN') {
    const wrote = facts.wrote(line.start, folder)
    const staysOut = commandsOf(instruction)?.every(command => staysOutOf(command, folder)) ?? false
    return wrote === false || (wrote === null && staysOut && flags.length === 0) ? 'none' : 'unknown'
  }
  if (keyword !== 'COPY' && keyword !== 'ADD') return 'none'
  const { target } = readCopy(instruction, workdir)
  if (target === null || (target !== folder && isWithin(folder, target))) return 'unknown'
  if (!isWithin(target, folder)) return 'none'
  const isPlain = keyword === 'COPY' && !instruction.heredoc && flags.every(flag => KNOWN_FLAG.test(flag))
  // what comes from a stage keeps its group, and powers that a change of owner takes away
  const isFromStage = flags.some(flag => flag.startsWith('--from='))
  const keepsMore = owner.keepsGroup || dockerfile.instructions.some(({ text }) => POWERS.test(text))
  return isPlain && !(isFromStage && keepsMore) ? 'all' : 'unknown'
}

const POWERS =
  /\bsetcap\b|\bchmod\s+(?:-\S+\s+)*(?:[ugoa]*\+\w*s|0?[2467][0-7]{3})|\binstall\s.*-m\s*0?[2467][0-7]{3}/

/** The folder itself was there before the files: it alone is left to change, which stores no file again. */
const narrowed = (lines: readonly string[]): readonly string[] | null => {
  const pattern = /\bchown\s+(?:-R|--recursive)(\s)/
  const places = lines.filter(line => pattern.test(line))
  return places.length === 1 && !isComment(places[0]!)
    ? lines.map(line => line.replace(pattern, 'chown$1'))
    : null
}

const withOwner = (
  { escapeChar }: Dockerfile,
  lines: readonly string[],
  owner: string,
): readonly string[] | null => {
  const [first = '', ...rest] = lines
  const [, keyword, space] = /^(\s*COPY)([ \t]+)\S/i.exec(first) ?? []
  if (keyword === undefined || first.slice(keyword.length).trim() === escapeChar) return null
  return [`${keyword} --chown=${owner}${space}${first.slice(keyword.length + space!.length)}`, ...rest]
}

export const copyChown: SpanRewrite = {
  id: 'copy-chown',
  title: '`COPY --chown`',
  why: 'The files are copied with their owner, where `chown -R` in a later `RUN` stores each of them again. Only where all that it reaches comes from these `COPY`s, and its user and group are there before them.',
  rules: ['layer-waste'],
  mayFail: true,
  spans,
  examples: {
    changes: [
      {
        from: 'FROM node\nCOPY . /app\nRUN chown -R node:node /app\nUSER node\n',
        to: 'FROM node\nCOPY --chown=node:node . /app\nUSER node\n',
      },
      {
        from: 'FROM python\nRUN useradd -u 1000 app\nWORKDIR /app\ncopy --chmod=755 run.sh .\nCOPY src ./src\n# own it\nRUN chown -R app:app . && echo done\n',
        to: 'FROM python\nRUN useradd -u 1000 app\nWORKDIR /app\ncopy --chown=app:app --chmod=755 run.sh .\nCOPY --chown=app:app src ./src\n# own it\nRUN chown app:app . && echo done\n',
      },
      {
        from: 'FROM debian\nCOPY bin /app/bin\nENV A=b\nRUN echo x \\\n  && chown -R 1000 /app \\\n  && ldconfig\n',
        to: 'FROM debian\nCOPY --chown=1000:0 bin /app/bin\nENV A=b\nRUN echo x \\\n  && ldconfig\n',
      },
    ],
    keeps: [
      'FROM node\nCOPY --chown=node:node . /app\nRUN chown -R node:node /app\n',
      'FROM node\nCOPY . /app\nRUN useradd app && chown -R app:app /app\n',
      'FROM node\nCOPY . /app\nRUN npm ci --prefix /app\nRUN chown -R node:node /app\n',
      'FROM node\nWORKDIR /app\nCOPY . .\nRUN make\nRUN chown -R node:node /app\n',
      'FROM nginx\nCOPY . /usr/share/nginx/html\nRUN chown -R nginx:nginx /usr/share/nginx/html\n',
      'FROM build AS x\nFROM debian\nCOPY --from=x /out /app\nRUN chown -R 1000 /app\n',
      'FROM node\nCOPY . /app\nADD more.tar /app\nRUN chown -R node:node /app\n',
      'FROM node\nCOPY . /app\nRUN chown -R node:node /app /data\n',
      'FROM node\nCOPY --link . /app\nRUN chown -R node:node /app\n',
    ],
  },
}
