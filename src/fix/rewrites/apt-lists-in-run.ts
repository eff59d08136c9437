import { commandsOf } from '../commands.ts'
import { appendCommand, sudoOf } from './append-command.ts'
import type { InPlaceRewrite } from './rewrite.ts'

const UPDATE = /\bapt(?:-get)?\s+(?:-\S+\s+)*update\b/
const INSTALL =
  /\bapt(?:-get)?\s[^&;|]*\b(?:install|upgrade|dist-upgrade|full-upgrade|build-dep)\b|\baptitude\b/
/** Nobody sees from here what it does. */
const SCRIPT = /(?:^|[\s/])\S+\.(?:sh|bash)\b|\.\/|\binstall-deps\b/

export const aptListsInRun: InPlaceRewrite = {
  id: 'apt-lists-in-run',
  title: 'Package lists deleted where they are fetched',
  why: 'The lists that `apt-get update` fetches are deleted in the same `RUN`, so that no layer keeps them. Not where a later `RUN` installs from them.',
  rules: ['apt-lists'],
  rewrite: place => {
    const { instruction, later, facts } = place
    if (!facts.left('apt-lists', instruction.line.start)) return null
    const commands = commandsOf(instruction)
    const update = commands?.find(command => UPDATE.test(command))
    if (update === undefined) return null
    const installs = commands!.some(command => INSTALL.test(command))
    if (/\/var\/lib\/apt|--mount=\S*target=\/var\/(?:lib|cache)\/apt|\bdist-clean\b/.test(instruction.text))
      return null
    for (const next of later) {
      if (next.keyword !== 'RUN') continue
      if (UPDATE.test(next.text)) break
      if (INSTALL.test(next.text) || !commandsOf(next)) return null
      // lists that are fetched and not used are for somebody else
      if (!installs && SCRIPT.test(next.text)) return null
    }
    return appendCommand(place, `${sudoOf(update)}rm -rf /var/lib/apt/lists/*`)
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
      {
        from: 'FROM jenkins\nUSER jenkins\nRUN sudo apt-get update && sudo apt-get install -y jq\n',
        to: 'FROM jenkins\nUSER jenkins\nRUN sudo apt-get update && sudo apt-get install -y jq && sudo rm -rf /var/lib/apt/lists/*\n',
      },
    ],
    keeps: [
      'FROM debian\nRUN apt-get update\nRUN apt-get -o Acquire::Retries=3 install -y curl\n',
      'FROM debian\nRUN apt-get update\nRUN aptitude -y install curl\n',
      'FROM debian\nRUN apt-get update\nRUN ./install.sh\n',
      'FROM debian\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n',
      'FROM debian\nRUN apt-get update\nRUN apt-get install -y curl\n',
      'FROM debian\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y curl\n',
      'FROM debian\nRUN apt-get update && apt-get install -y curl || true\n',
      'FROM debian\nRUN apt-get update && apt-get install -y curl # why\n',
      'FROM debian\nRUN <<EOF\napt-get update\nEOF\n',
    ],
  },
}
