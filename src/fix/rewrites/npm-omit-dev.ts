import { commandsOf } from '../commands.ts'
import { insertFlag } from './insert-flag.ts'
import type { InPlaceRewrite } from './rewrite.ts'

const INSTALL = /^(?:sudo )?(?:\S+=\S+ )*npm (?:ci|i|install)(?: --?[\w-]+(?:=\S+)?)*$/
const PLACE = /((?:^|\s)npm\s+(?:ci|i|install)\b)/
const SETTLED = /--(?:omit|include|production|only|dev|global|location|prefix|workspace)\b|\s-[gw]\b|NODE_ENV/
/** They start no tool of `node_modules`. */
const NO_TOOL =
  /^(?:sudo )?(?:npm cache clean|rm|mkdir|chown|chmod|ln|touch|set|true|:|echo|useradd|adduser|groupadd|addgroup|apt-get|apt|apk|dnf|yum|microdnf|ldconfig|update-ca-certificates)\b/

const startsNoTool = (command: string): boolean => NO_TOOL.test(command) && !/[$`|<>]/.test(command)

export const npmOmitDev: InPlaceRewrite = {
  id: 'npm-omit-dev',
  title: '`npm ci --omit=dev`',
  why: 'Packages that only development needs stay out. Only where the image was looked at: no later instruction, no script of the installation and no source of the program asks for one of them.',
  rules: ['node-dev-dependencies'],
  mayFail: true,
  rewrite: ({ instruction, lines, later, dockerfile, facts }) => {
    if (facts.needsNoDev(instruction.line.start) !== true || SETTLED.test(instruction.text)) return null
    if (instruction.stage !== dockerfile.stages.length - 1) return null
    const commands = commandsOf(instruction)
    if (commands?.filter(command => INSTALL.test(command)).length !== 1) return null
    const after = commands.slice(commands.findIndex(command => INSTALL.test(command)) + 1)
    for (const next of later)
      if (next.keyword === 'RUN') after.push(...(commandsOf(next) ?? ['an unknown one']))
    return after.every(startsNoTool) ? insertFlag(lines, PLACE, '--omit=dev', 1) : null
  },
  examples: {
    changes: [
      {
        from: 'FROM node\nCOPY . .\nRUN npm ci --no-audit && rm -rf /tmp/x\nRUN npm cache clean --force\nCMD ["node", "app.js"]\n',
        to: 'FROM node\nCOPY . .\nRUN npm ci --omit=dev --no-audit && rm -rf /tmp/x\nRUN npm cache clean --force\nCMD ["node", "app.js"]\n',
        development: 'unused',
      },
    ],
    keeps: [
      'FROM node\nRUN npm ci\n',
      'FROM node\nRUN npm ci --omit=dev\n',
      'FROM node\nRUN npm ci --include=dev\n',
      'FROM node\nRUN npm ci\nRUN npm run build\n',
      'FROM node\nRUN npm ci && npx tsc\n',
      'FROM node\nRUN npm install -g serve\n',
      'FROM node\nRUN npm install express\n',
      'FROM node AS build\nRUN npm ci\nFROM node\nCOPY --from=build / /\n',
    ],
  },
}
