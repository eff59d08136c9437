import { commandsOf } from '../commands.ts'
import { insertFlag } from './insert-flag.ts'
import type { InPlaceRewrite } from './rewrite.ts'

const PLACE = /((?:^|\s)apk\s+add\b)/

export const apkNoCache: InPlaceRewrite = {
  id: 'apk-no-cache',
  title: '`apk add --no-cache`',
  why: 'The package index is read without being kept. What is installed is the same.',
  rules: ['apk-cache'],
  rewrite: ({ instruction, lines, facts }) => {
    if (!facts.left('apk-cache', instruction.line.start)) return null
    const commands = commandsOf(instruction)
    if (
      !commands ||
      /--no-cache\b|--mount=\S*type=cache|\/var\/cache\/apk|\bapk\s+update\b|--update\b|-U\b/.test(
        instruction.text,
      )
    )
      return null
    const adds = commands.filter(command => /^(?:sudo )?apk add\b/.test(command)).length
    return insertFlag(lines, PLACE, '--no-cache', adds)
  },
  examples: {
    changes: [{ from: 'FROM alpine\nRUN apk add curl\n', to: 'FROM alpine\nRUN apk add --no-cache curl\n' }],
    keeps: [
      'FROM alpine\nRUN apk add --no-cache curl\n',
      'FROM alpine\nRUN apk update && apk add curl && rm -rf /var/cache/apk/*\n',
      'FROM alpine\nRUN apk --no-cache add curl\n',
    ],
  },
}
