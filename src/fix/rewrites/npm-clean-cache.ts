import { commandsOf } from '../commands.ts'
import { appendCommand, sudoOf } from './append-command.ts'
import type { InPlaceRewrite } from './rewrite.ts'

export const npmCleanCache: InPlaceRewrite = {
  id: 'npm-clean-cache',
  title: 'The npm cache emptied where it is filled',
  why: 'What npm downloaded is deleted in the same `RUN`. `node_modules` is the same.',
  rules: ['npm-cache'],
  rewrite: place => {
    const { instruction, facts } = place
    if (!facts.left('npm-cache', instruction.line.start)) return null
    const install = commandsOf(instruction)?.find(command =>
      /^(?:sudo )?(?:\S+=\S+ )*npm (?:-\S+ )*(?:ci|i|install)\b/.test(command),
    )
    if (install === undefined || /npm cache|--mount=\S*type=cache|\.npm\b/.test(instruction.text)) return null
    return appendCommand(place, `${sudoOf(install)}npm cache clean --force`)
  },
  examples: {
    changes: [
      { from: 'FROM node\nRUN npm ci\n', to: 'FROM node\nRUN npm ci && npm cache clean --force\n' },
      {
        from: 'FROM node\nRUN sudo npm ci\n',
        to: 'FROM node\nRUN sudo npm ci && sudo npm cache clean --force\n',
      },
    ],
    keeps: [
      'FROM node\nRUN npm ci && npm cache clean --force\n',
      'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
      'FROM node\nRUN npm run build\n',
    ],
  },
}
