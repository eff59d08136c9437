import { commandsOf } from '../commands.ts'
import { appendCommand } from './append-command.ts'
import type { InPlaceRewrite } from './rewrite.ts'

export const dnfClean: InPlaceRewrite = {
  id: 'dnf-clean',
  title: '`dnf clean all` where packages are installed',
  why: 'Metadata and packages that dnf or yum fetched are deleted in the same `RUN`. They are fetched again when they are wanted.',
  rules: ['dnf-cache'],
  rewrite: place => {
    const { instruction, facts } = place
    if (!facts.left('dnf-cache', instruction.line.start)) return null
    const tool = commandsOf(instruction)
      ?.map(
        command =>
          /^((?:sudo )?(?:dnf|yum|microdnf)) (?:-\S+ )*(?:install|update|upgrade|groupinstall|localinstall)\b/.exec(
            command,
          )?.[1],
      )
      .find(Boolean)
    if (!tool || /\bclean\b|\/var\/cache\/(?:dnf|yum)|--mount=\S*type=cache/.test(instruction.text))
      return null
    return appendCommand(place, `${tool} clean all`)
  },
  examples: {
    changes: [
      {
        from: 'FROM fedora\nRUN dnf install -y curl\n',
        to: 'FROM fedora\nRUN dnf install -y curl && dnf clean all\n',
      },
      {
        from: 'FROM fedora\nUSER me\nRUN sudo dnf install -y curl\n',
        to: 'FROM fedora\nUSER me\nRUN sudo dnf install -y curl && sudo dnf clean all\n',
      },
    ],
    keeps: ['FROM fedora\nRUN dnf install -y curl && dnf clean all\n', 'FROM fedora\nRUN dnf makecache\n'],
  },
}
