import { commandsOf } from '../commands.ts'
import { appendCommand } from './append-command.ts'
import type { InPlaceRewrite } from './rewrite.ts'

const DELETES =
  /^(?:sudo )?(?:rm|apt-get (?:clean|autoclean|distclean)|apt (?:clean|autoclean)|yum clean|dnf clean|pip3? cache purge|npm cache clean|yarn cache clean)\b/

/** A `RUN` that only deletes, with its flags; null for any other. */
const deletionOf = (instruction: Parameters<typeof commandsOf>[0]): readonly string[] | null => {
  const commands = commandsOf(instruction)
  return commands &&
    instruction.flags.length === 0 &&
    commands.every(command => DELETES.test(command) && !/\s#/.test(command))
    ? commands
    : null
}

const RULES = [
  'layer-waste',
  'apt-lists',
  'apt-archives',
  'installers',
  'pip-cache',
  'npm-cache',
  'dnf-cache',
]

/** Each is a path from the root: it means the same wherever the shell stands. */
const areAbsolute = (commands: readonly string[]): boolean =>
  commands.every(command =>
    command
      .split(/\s+/)
      .slice(1)
      .every(word => word.startsWith('-') || word.startsWith('/') || !/^(?:sudo )?rm\b/.test(command)),
  )

export const deletionInRun: InPlaceRewrite = {
  id: 'deletion-in-run',
  title: 'Deletions in the instruction that made the waste',
  why: 'A `RUN` that only deletes what the `RUN` right before it made joins it: the bytes are then in no layer. The files of the image are the same.',
  rules: RULES,
  rewrite: place => {
    const { instruction, later, facts } = place
    if (!RULES.some(rule => facts.left(rule, instruction.line.start))) return null
    const [next] = later
    if (next?.keyword !== 'RUN' || next.line.start !== instruction.line.end + 1) return null
    const commands = deletionOf(next)
    if (
      !commands ||
      deletionOf(instruction) ||
      instruction.flags.length > 0 ||
      next.line.end !== next.line.start
    )
      return null
    if (/\b(?:cd|pushd)\b/.test(instruction.text) && !areAbsolute(commands)) return null
    return appendCommand(place, commands.join(' && '))
  },
  takesNext: true,
  examples: {
    changes: [
      {
        from: 'FROM debian\nRUN curl -o /tmp/a.tar.gz https://example.com/a.tar.gz && tar xf /tmp/a.tar.gz\nRUN rm /tmp/a.tar.gz\nCMD ["a"]\n',
        to: 'FROM debian\nRUN curl -o /tmp/a.tar.gz https://example.com/a.tar.gz && tar xf /tmp/a.tar.gz && rm /tmp/a.tar.gz\nCMD ["a"]\n',
      },
    ],
    keeps: [
      'FROM debian\nRUN make\n\nRUN rm -r /src\n',
      'FROM debian\nRUN cd /src && make\nRUN rm -r build\n',
      'FROM debian\nRUN make\nUSER app\nRUN rm -r /src\n',
      'FROM debian\nRUN make\nRUN rm -r /src && touch /done\n',
      'FROM debian\nRUN --mount=type=cache,target=/src make\nRUN rm -r /src\n',
    ],
  },
}
