import type { Waste } from '../tree/waste.ts'
import { isSystemOwned } from './match.ts'
import type { Rule, RuleFile, RuleMatch } from './rule.ts'

/** Every step that installs or adds something writes these again: no Dockerfile of more than one step avoids it. */
const BOOKKEEPING =
  /^\/(var\/(lib\/(dpkg|apt|apk|rpm|dnf|yum|zypp|pacman|pam|systemd|ucf|python|alternatives|update-[^/]+|shells\.state|command-not-found|ca-certificates[^/]*)|cache\/(debconf|ldconfig|fontconfig|apt|man)|log|mail)(\/|$)|(usr\/)?lib\/(apk\/db|sysimage)\/|etc\/(ld\.so\.cache|passwd-?|group-?|g?shadow-?|subuid-?|subgid-?|shells|mailcap|hosts|hostname|resolv\.conf|mtab|alternatives\/.*|apk\/world|ssl\/certs\/.*|\.pwd\.lock|machine-id|pki\/.*|rc\d\.d\/.*)$|usr\/share\/(info\/dir|mime\/.*|icons\/.*\.cache|glib-2\.0\/schemas\/gschemas\.compiled|applications\/mimeinfo\.cache)|usr\/lib\/.*\/(giomodule\.cache|loaders\.cache)|root\/(\.wget-hsts|\.bash_history)|usr\/lib\/locale\/locale-archive)/

const WORDS: Readonly<Record<Waste['cause'], { readonly did: string; readonly fix: string }>> = {
  deleted: {
    did: 'deleted it',
    fix: 'Delete it in the `RUN` that makes it: a later layer hides a file and does not take it out. What only the build needs belongs in a build stage.',
  },
  overwritten: {
    did: 'wrote other content over it',
    fix: 'Write the final content once: join the two instructions, or `COPY` the finished file.',
  },
  rewritten: {
    did: 'changed its owner or mode, which stores the whole file again',
    fix: 'Set owner and mode where the file comes in: `COPY --chown=app:app --chmod=755`, or `chown` in the `RUN` that makes it.',
  },
  moved: {
    did: 'moved it, which stores the whole file again',
    fix: 'Put it in place at once: `COPY` it to its final path, or move it in the `RUN` that makes it.',
  },
}

const rewriteWords = ({ changed }: Waste): string => {
  if (!changed.owner && !changed.mode) return 'stored the whole file again, unchanged'
  const what = changed.owner && changed.mode ? 'owner and mode' : changed.owner ? 'owner' : 'mode'
  return `changed its ${what}, which stores the whole file again`
}

const judge = ({ path, owner, waste }: RuleFile): RuleMatch | null => {
  if (!waste) return null
  const { did, fix } = WORDS[waste.cause]
  const words = waste.cause === 'rewritten' ? rewriteWords(waste) : did
  const match = {
    subject: owner && isSystemOwned(owner) ? owner.name : waste.root,
    reason: `Shipped and never seen: ${waste.by} ${words}.`,
    fix,
  }
  return waste.cause !== 'moved' && BOOKKEEPING.test(path)
    ? {
        ...match,
        certainty: 'hint',
        reason: `${waste.by} ${words}, as every step that installs something does.`,
      }
    : match
}

export const layerWaste: Rule = {
  id: 'layer-waste',
  category: 'layer-waste',
  title: 'Bytes that a later layer hides',
  why: 'A later layer deleted or replaced them; they are shipped all the same.',
  fix: WORDS.deleted.fix,
  ownedToo: true,
  matchFile: () => judge,
  examples: {
    finds: [
      { path: '/src/big', waste: { cause: 'deleted', root: '/src' }, subject: '/src', certainty: 'leftover' },
      { path: '/app/x', waste: { cause: 'rewritten', root: '/app' }, subject: '/app', certainty: 'leftover' },
      { path: '/app/x', waste: { cause: 'moved', root: '/app/x', twin: '/srv/x' } },
      { path: '/app/x', waste: { cause: 'overwritten', root: '/app/x' }, certainty: 'leftover' },
      {
        path: '/usr/lib/libfoo.so.1',
        owner: { name: 'libfoo1', section: 'libs' },
        waste: { cause: 'deleted', root: '/usr/lib/libfoo.so.1' },
        subject: 'libfoo1',
      },
      {
        path: '/var/lib/dpkg/status',
        waste: { cause: 'overwritten', root: '/var/lib/dpkg' },
        certainty: 'hint',
      },
      {
        path: '/etc/ld.so.cache',
        waste: { cause: 'overwritten', root: '/etc/ld.so.cache' },
        certainty: 'hint',
      },
    ],
    ignores: [
      { path: '/src/big' },
      { path: '/app/lib/libfoo.so.1', owner: { name: 'libfoo1', section: 'libs' } },
    ],
  },
}
