/** An image report that golden files show. */
import type { ImageReport, PathRow } from '../../src/report/types.ts'
import {
  line,
  makeFinding,
  makeImage,
  makeLayer,
  makePathRow,
  makeReport,
  makeSize,
} from '../support/report-factory.ts'

const APT = line(3, 6)

const path = (at: string, bytes: number, files = 0): PathRow =>
  makePathRow(at, bytes, {
    kind: files === 0 ? 'file' : 'directory',
    files: Math.max(files, 1),
    layer: 2,
    digest: '0'.repeat(64),
  })

export const inspected = (): ImageReport =>
  makeReport({
    image: makeImage({ base: { name: 'node:24-slim', layers: 2, evidence: 'build' } }),
    layers: [
      makeLayer({ index: 0, content: 74_800_000, inherited: true, instruction: '# debian.sh --arch amd64' }),
      makeLayer({
        index: 1,
        content: 37_600_000,
        inherited: true,
        instruction: 'RUN /bin/sh -c set -eux; …',
      }),
      makeLayer({
        index: 2,
        content: 187_700_000,
        hidden: 12_300_000,
        instruction:
          'RUN apt-get update \\\n    && apt-get install -y gcc default-libmysqlclient-dev pkg-config',
        line: APT,
      }),
      makeLayer({ index: 3, content: 12_300_000, instruction: 'COPY . /app', line: line(9) }),
    ],
    size: makeSize(312_400_000, {
      visible: 300_100_000,
      hidden: 12_300_000,
      download: { bytes: 120_500_000, exact: false },
      leftovers: 71_300_000,
    }),
    packages: [
      {
        manager: 'dpkg',
        name: 'gcc-12',
        version: '12.2.0-14',
        bytes: 52_100_000,
        own: 52_100_000,
        layer: 2,
        requestedBy: ['gcc'],
      },
      {
        manager: 'dpkg',
        name: 'perl-base',
        version: '5.36.0-7',
        bytes: 7_700_000,
        own: 0,
        layer: 0,
        requestedBy: [],
      },
    ],
    findings: [
      makeFinding({ subject: 'gcc-12', bytes: 52_100_000, line: APT, requestedBy: ['gcc'] }),
      makeFinding({
        rule: 'apt-lists',
        subject: '/var/lib/apt/lists',
        title: 'APT package lists',
        bytes: 19_200_000,
        line: APT,
        advice: {
          summary: 'Remove them in the `RUN` that fetched them: append `&& rm -rf /var/lib/apt/lists/*`.',
          edit: null,
          saves: 19_200_000,
        },
      }),
      makeFinding({
        rule: 'npm-cache',
        subject: '/root/.npm',
        title: 'npm cache',
        certainty: 'hint',
        bytes: 300_000,
        line: line(9),
      }),
      makeFinding({ rule: 'perl', subject: 'perl-base', title: 'Perl', bytes: 7_700_000, inherited: true }),
    ],
    paths: [path('/usr/lib/gcc/x86_64-linux-gnu/12/cc1', 31_000_000), path('/usr/include', 4_400_000, 1212)],
  })
