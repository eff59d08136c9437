import type { Rule } from './rule.ts'

const TRACE =
  /^\/var\/lib\/dpkg\/[^/]+-old$|^\/var\/cache\/debconf\/[^/]+-old$|^\/var\/log\/(dpkg\.log|alternatives\.log|apt\/[^/]+|dnf[\w.]*\.log|yum\.log|zypper\.log|zypp\/[^/]+|pacman\.log|hawkey\.log)$|^\/var\/cache\/ldconfig\/aux-cache$|^\/(usr\/)?lib\/apk\/db\/[^/]+\.old$|^\/var\/lib\/rpm\/__db\.\d+$|^\/var\/lib\/dnf\/history\.sqlite[\w-]*$|^\/var\/lib\/apt\/lists\/partial\/[^/]+$/

export const packageManagerTraces: Rule = {
  id: 'package-manager-traces',
  category: 'package-cache',
  title: "Package managers' logs and old states",
  why: 'Logs and backups of package databases; nothing reads them when the image runs.',
  fix: 'Delete them in the `RUN` that installs: `rm -rf /var/log/apt /var/log/dpkg.log /var/cache/debconf/*-old /var/lib/dpkg/*-old`.',
  matchFile:
    () =>
    ({ path, owner }) =>
      owner === null && path.startsWith('/') && TRACE.test(path)
        ? { subject: path.slice(0, path.lastIndexOf('/')), certainty: 'hint' }
        : null,
  examples: {
    finds: [
      { path: '/var/lib/dpkg/status-old', subject: '/var/lib/dpkg', certainty: 'hint' },
      { path: '/var/cache/debconf/templates.dat-old', certainty: 'hint' },
      { path: '/var/log/apt/history.log', subject: '/var/log/apt', certainty: 'hint' },
      { path: '/lib/apk/db/installed.old', certainty: 'hint' },
    ],
    ignores: [
      { path: '/var/lib/dpkg/status' },
      { path: '/var/cache/debconf/templates.dat' },
      { path: '/var/log/app/app.log' },
      { path: '/srv/dpkg/status-old' },
    ],
  },
}
