import type { Rule } from './rule.ts'

const PLACE = /^(\/usr\/(?:local\/)?share\/(?:doc|man|info|gtk-doc|help|locale))\//
/** Licences stay: what distributes a program distributes them. */
const KEPT = /\/copyright$|\/locale\.alias$|\/(LICEN[CS]E|COPYING|NOTICE)[^/]*$/i

export const documentation: Rule = {
  id: 'documentation',
  category: 'docs',
  title: 'Manuals and translations',
  why: 'People read them; most programs do not.',
  fix: 'Start from a `-slim` base image, or write `path-exclude` lines into `/etc/dpkg/dpkg.cfg.d/` before anything is installed.',
  ownedToo: true,
  matchFile:
    () =>
    ({ path }) => {
      if (!path.startsWith('/usr/')) return null
      const subject = PLACE.exec(path)?.[1]
      return subject === undefined || KEPT.test(path) ? null : { subject, certainty: 'hint' }
    },
  examples: {
    finds: [
      { path: '/usr/share/man/man1/ls.1.gz', subject: '/usr/share/man', certainty: 'hint' },
      { path: '/usr/share/doc/git/RelNotes.txt.gz', owner: { name: 'libfoo1' }, certainty: 'hint' },
      { path: '/usr/share/locale/de/LC_MESSAGES/git.mo', certainty: 'hint' },
    ],
    ignores: [
      { path: '/usr/share/doc/git/copyright' },
      { path: '/usr/share/locale/locale.alias' },
      { path: '/usr/share/zoneinfo/Europe/London' },
      { path: '/app/docs/index.html' },
    ],
  },
}
