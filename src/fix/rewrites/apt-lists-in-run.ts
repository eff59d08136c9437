import { commandsOf } from '../commands.ts'
import { appendCommand } from './append-command.ts'
import type { InPlaceRewrite } from './rewrite.ts'

const UPDATE = /\bapt(?:-get)?\s+(?:-\S+\s+)*update\b/
const INSTALL = /\bapt(?:-get)?\s+(?:-\S+\s+)*(?:install|upgrade|dist-upgrade|full-upgrade|build-dep)\b/

export const aptListsInRun: InPlaceRewrite = {
  id: 'apt-lists-in-run',
  title: 'Package lists deleted where they are fetched',
  why: 'The lists that `apt-get update` fetches are deleted in the same `RUN`, so that no layer keeps them. Not where a later `RUN` installs from them.',
  rules: ['apt-lists'],
  rewrite: place => {
    const { instruction, later, facts } = place
    if (!facts.left('apt-lists', instruction.line.start)) return null
    const commands = commandsOf(instruction)
    if (!commands?.some(command => UPDATE.test(command))) return null
    if (/\/var\/lib\/apt|--mount=\S*target=\/var\/(?:lib|cache)\/apt|\bdist-clean\b/.test(instruction.text))
      return null
    for (const next of later) {
      if (next.keyword !== 'RUN') continue
      if (UPDATE.test(next.text)) break
      if (INSTALL.test(next.text) || !commandsOf(next)) return null
    }
    return appendCommand(place, 'rm -rf /var/lib/apt/lists/*')
  },
  examples: {
    changes: [
      {
        from: 'FROM debian\nRUN apt-get update && apt-get install -y curl\n',
        to: 'FROM debian\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n',
      },
      {
        from: 'FROM debian\n# tools\nRUN apt-get update \\\n  && apt-get install -y \\\n    curl \\\n    # for the tests\n    git\nCMD ["x"]\n',
        to: 'FROM debian\n# tools\nRUN apt-get update \\\n  && apt-get install -y \\\n    curl \\\n    # for the tests\n    git \\\n  && rm -rf /var/lib/apt/lists/*\nCMD ["x"]\n',
      },
      {
        from: 'FROM debian\r\nRUN apt-get update && \\\r\n    apt-get install -y curl\r\n',
        to: 'FROM debian\r\nRUN apt-get update && \\\r\n    apt-get install -y curl && \\\r\n    rm -rf /var/lib/apt/lists/*\r\n',
      },
    ],
    keeps: [
      'FROM debian\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n',
      'FROM debian\nRUN apt-get update\nRUN apt-get install -y curl\n',
      'FROM debian\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y curl\n',
      'FROM debian\nRUN apt-get update && apt-get install -y curl || true\n',
      'FROM debian\nRUN apt-get update && apt-get install -y curl # why\n',
      'FROM debian\nRUN <<EOF\napt-get update\nEOF\n',
    ],
  },
}
