import { commandRuns } from './match.ts'
import type { Rule } from './rule.ts'

const TOOL =
  /^(gdb|gdb-(minimal|multiarch|doc)|gdbserver|valgrind(-dbg|-mpi)?|strace|ltrace|perf|linux-perf(-[\d.]+)?|heaptrack|rr|bpftrace|lsof|tcpdump|vim|vim-(runtime|common|tiny|nox)|emacs(-nox|-common)?|nano|tmux|screen|htop)$/

export const debugTools: Rule = {
  id: 'debug-tools',
  category: 'debug',
  title: 'Debuggers and editors',
  why: 'People use them, the program does not.',
  fix: 'Keep them in a stage of their own (`FROM app AS debug`), and attach to a running container with `docker debug` or an ephemeral container.',
  matchPackage: ({ name, essential }) =>
    !essential && TOOL.test(name)
      ? { role: 'maybe', hint: 'It may be here on purpose, for a look inside.' }
      : null,
  wanted: image => commandRuns(image, 'gdb', 'gdbserver', 'valgrind', 'strace'),
  examples: {
    finds: [
      { package: { name: 'gdb', section: 'devel' }, subject: 'gdb', certainty: 'hint' },
      { package: { name: 'vim', section: 'editors' }, certainty: 'hint' },
      { package: { name: 'strace', section: 'utils' }, certainty: 'hint' },
    ],
    ignores: [
      { package: { name: 'libbabeltrace1', section: 'libs' } },
      { package: { name: 'procps', section: 'admin' } },
      { package: { name: 'screenfetch', section: 'utils' } },
      { path: '/usr/local/bin/gdb' },
    ],
  },
}
