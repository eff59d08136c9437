import { commandsOf } from '../commands.ts'
import { insertFlag } from './insert-flag.ts'
import type { InPlaceRewrite } from './rewrite.ts'

const INSTALL =
  /^(?:sudo (?:-\S+ )*)?(?:\S+=\S+ )*(?:\S*\/)?(?:python3?(?:\.\d+)? (?:-\S+ )*-m )?pip3?(?:\.\d+)? (?:-\S+ )*install\b/
const PLACE = /((?:^|[\s/])pip3?(?:\.\d+)?(?:\s+-\S+)*\s+install\b)/

export const pipNoCache: InPlaceRewrite = {
  id: 'pip-no-cache',
  title: '`pip install --no-cache-dir`',
  why: 'pip keeps no copy of what it downloads and builds. What it installs is the same.',
  rules: ['pip-cache'],
  rewrite: ({ instruction, lines, dockerfile, facts }) => {
    if (!facts.left('pip-cache', instruction.line.start)) return null
    const commands = commandsOf(instruction)
    if (!commands || /--no-cache-dir|--mount=\S*type=cache|PIP_NO_CACHE_DIR/.test(instruction.text))
      return null
    if (
      dockerfile.instructions.some(
        ({ keyword, text }) => /^(?:ENV|ARG)$/.test(keyword) && /PIP_NO_CACHE_DIR/.test(text),
      )
    )
      return null
    const installs = commands.filter(command => INSTALL.test(command)).length
    return insertFlag(lines, PLACE, '--no-cache-dir', installs)
  },
  examples: {
    changes: [
      {
        from: 'FROM python\nRUN pip install flask\n',
        to: 'FROM python\nRUN pip install --no-cache-dir flask\n',
      },
      {
        from: 'FROM python\nrun python3 -m pip install --upgrade pip \\\n && pip3 install -r r.txt\n',
        to: 'FROM python\nrun python3 -m pip install --no-cache-dir --upgrade pip \\\n && pip3 install --no-cache-dir -r r.txt\n',
      },
    ],
    keeps: [
      'FROM python\nRUN pip install --no-cache-dir flask\n',
      'FROM python\nENV PIP_NO_CACHE_DIR=1\nRUN pip install flask\n',
      'FROM python\nRUN --mount=type=cache,target=/root/.cache/pip pip install flask\n',
      'FROM python\nRUN echo "pip install flask"\n',
      'FROM python\nRUN pipenv install\n',
    ],
  },
}
