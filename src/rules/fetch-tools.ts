import { commandRuns } from './match.ts'
import type { Rule } from './rule.ts'

const TOOL =
  /^(git|git-(man|lfs|core|perl)|mercurial|mercurial-common|subversion|bzr|cvs|wget|wget2|curl|aria2|axel|gnupg|gpg|gpg-agent|dirmngr|rsync|unzip|p7zip(-full)?|openssh-client|software-properties-common|apt-transport-https|lsb-release)$/

export const fetchTools: Rule = {
  id: 'fetch-tools',
  category: 'download',
  title: 'Tools that fetch and unpack',
  why: 'Most images need them only while they are built.',
  fix: 'Run downloads in a build stage, or remove the tool in the `RUN` that installed it; `ADD` fetches a URL or a Git repository without any.',
  matchPackage: ({ name, essential }) =>
    !essential && TOOL.test(name)
      ? { role: 'maybe', hint: 'A program or a health check may call it.' }
      : null,
  wanted: image => commandRuns(image, 'git', 'curl', 'wget', 'gpg', 'rsync', 'ssh'),
  examples: {
    finds: [
      { package: { name: 'git', section: 'vcs' }, subject: 'git', certainty: 'hint' },
      { package: { name: 'curl', section: 'web' }, certainty: 'hint' },
      { package: { name: 'git', manager: 'apk', section: null }, certainty: 'hint' },
    ],
    ignores: [
      { package: { name: 'libcurl4', section: 'libs' } },
      { package: { name: 'gpgv', section: 'utils', essential: true } },
      { package: { name: 'ca-certificates', section: 'misc' } },
      { path: '/usr/local/bin/git' },
    ],
  },
}
