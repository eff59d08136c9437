import { commandsOf } from '../commands.ts'
import { insertFlag } from './insert-flag.ts'
import type { InPlaceRewrite } from './rewrite.ts'

const PLACE = /((?:^|\s)(?:apt-get|apt)(?:\s+-\S+)*\s+install\b)/

export const noInstallRecommends: InPlaceRewrite = {
  id: 'no-install-recommends',
  title: '`apt-get install --no-install-recommends`',
  why: 'Packages that are only recommended stay out. Only where the image was looked at and nothing in it wants one of them.',
  rules: ['c-compiler', 'build-tools', 'c-headers'],
  mayFail: true,
  dropsRecommended: true,
  rewrite: ({ instruction, lines, facts }) => {
    if (facts.recommendsNothing(instruction.line.start) !== true) return null
    const commands = commandsOf(instruction)
    if (
      !commands ||
      /no-install-recommends|Install-Recommends|--fix-broken|\sinstall -f\b/.test(instruction.text)
    )
      return null
    const installs = commands.filter(command =>
      /^(?:sudo )?(?:\S+=\S+ )*apt(?:-get)?(?: -\S+)* install\b/.test(command),
    ).length
    return insertFlag(lines, PLACE, '--no-install-recommends', installs)
  },
  examples: {
    changes: [
      {
        from: 'FROM debian\nRUN apt-get update && apt-get -qq install -y gcc\n',
        to: 'FROM debian\nRUN apt-get update && apt-get -qq install --no-install-recommends -y gcc\n',
        recommends: 'nothing',
      },
    ],
    keeps: [
      'FROM debian\nRUN apt-get update && apt-get install -y gcc\n',
      'FROM debian\nRUN apt-get install -y --no-install-recommends gcc\n',
    ],
  },
}
