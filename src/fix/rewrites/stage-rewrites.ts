/** The rewrites that give a Dockerfile another final stage, in the order in which they are tried: the largest saving first. */

export interface StageRewrite {
  /** As in the JSON of `plimsoll fix`. Never reused. */
  readonly id: string
  readonly title: string
  /** When it is tried. */
  readonly when: string
  readonly why: string
}

export const stageRewrites: readonly StageRewrite[] = [
  {
    id: 'static-stage',
    title: 'A final stage on `scratch`',
    when: 'All programs are static ones of Go, none of them starts another, no shell is asked for, and no package of the system is wanted but data.',
    why: 'The program is copied with the certificates, time zones and users that the original has, and an empty `/tmp`.',
  },
  {
    id: 'slimmer-stage',
    title: 'A final stage on the slimmer sibling of the base image',
    when: 'The base image has a sibling of the same family, release and C library: `python:3.12` has `python:3.12-slim`, `golang:1.26` the Debian below it, a JDK its JRE.',
    why: 'The build stage stays as it was written. What the program needs beside its own files is installed: packages that were asked for and are no leftovers, and those whose libraries, interpreters or commands it uses.',
  },
  {
    id: 'slimmer-base',
    title: 'The same instructions on the slimmer sibling',
    when: 'There is such a sibling, and a second stage was not possible or not proved.',
    why: 'One word changes. Whatever the instructions miss on the slimmer image makes the build or the proof fail.',
  },
  {
    id: 'same-base-stage',
    title: 'A final stage on the same base image',
    when: 'The layers above the base hold leftovers, and there is no slimmer sibling or it could not be proved.',
    why: 'The build stage stays as it was written, and the final stage is given exactly the program and the packages that it needs.',
  },
  {
    id: 'in-place',
    title: 'Single instructions',
    when: 'They alone remove most of the leftovers, or no other stage could be proved.',
    why: 'Each change is one of those below, in the last stage or in one that it alone stands on. No stage is added. Where the proof refuses them, those that only delete are tried by themselves.',
  },
]
