/** A Dockerfile: its lines, its final stage, and a history to match. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { copySources } from '../../../src/dockerfile/copy-sources.ts'
import { describeInstruction } from '../../../src/dockerfile/describe-history.ts'
import { finalStage } from '../../../src/dockerfile/final-stage.ts'
import { matchHistory } from '../../../src/dockerfile/match-history.ts'
import { parseDockerfile } from '../../../src/dockerfile/parse-dockerfile.ts'
import { UserError } from '../../../src/errors.ts'
import { corpus } from '../seeds.ts'
import type { Target } from '../target.ts'

const OWN = `# syntax=docker/dockerfile:1
# escape=\\
ARG TAG=3.12 NAME="a b"
FROM --platform=$BUILDPLATFORM python:\${TAG:-3}-slim AS build
ENV A=1 B="x y" C=\${A:+z}
RUN --mount=type=cache,target=/root/.cache \\
  # a comment between
  apt-get update && \\

  apt-get install -y gcc
RUN <<EOF bash
pip install .
EOF
COPY --chown=1000:1000 <<"one" <<-two /files/
a $b
one
\ttwo's
\ttwo
ONBUILD COPY . /src
FROM build
SHELL ["/bin/bash", "-c"]
ENTRYPOINT ["python", "-m", "app"]
HEALTHCHECK --interval=5s CMD curl -f http://localhost/ || exit 1
LABEL a="b c" d=e\\ f
`

const KEYWORDS = [
  ...['FROM', 'RUN', 'COPY', 'ADD', 'ENV', 'ARG', 'LABEL', 'CMD', 'ENTRYPOINT', 'ONBUILD', 'SHELL', 'USER'],
  ...['WORKDIR', 'VOLUME', 'EXPOSE', 'HEALTHCHECK', 'STOPSIGNAL', 'MAINTAINER', 'from', 'NOPE'],
]
const WORDS = [
  ...[
    'a',
    '/b',
    '$A',
    '$' + '{A:-b}',
    '${A',
    '"q r"',
    "'s",
    '["x",',
    '"y"]',
    '--from=0',
    '--mount=type=secret,id=x',
  ],
  ...['<<E', '<<-"E"', '\\', '`', '&&', '=', 'A=1', 'AS', 'x', '0', '#', '\t', '\u2028'],
]
const word = fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 8 }))
const line = fc
  .tuple(
    fc.constantFrom(...KEYWORDS),
    fc.array(word, { maxLength: 7 }),
    fc.constantFrom('\n', '\\\n', '\r\n', '\\ \n', '\nE\n', ''),
  )
  .map(([keyword, words, end]) => `${keyword} ${words.join(' ')}${end}`)

const ended = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

export const dockerfile: Target = {
  name: 'dockerfile',
  about: 'a Dockerfile, its final stage, and a history made of its own lines',
  seeds: () => [Buffer.from(OWN), ...corpus('dockerfiles', 6000)],
  words: [
    ...KEYWORDS.map(keyword => `\n${keyword} `),
    ...['\\\n', '`\n', '<<EOF\n', '\nEOF\n', '${', '${A:-', '"', "'", '[', '["a"]', '# escape=`\n', '--'],
    ...['\r', '\0', '\u2028'],
  ],
  generate: fc
    .tuple(fc.constantFrom('', '# escape=`\n', '# syntax=x\n', '\ufeff'), fc.array(line, { maxLength: 12 }))
    .map(([head, lines]) => Buffer.from(`${head}FROM a\n${lines.join('')}`)),
  run: bytes => {
    const text = bytes.toString('utf8')
    const lines = text.split('\n')
    const parsed = ended(() => parseDockerfile(text, 'Dockerfile'))
    if (parsed)
      for (const { line } of parsed.instructions)
        assert.ok(line.start >= 1 && line.start <= line.end && line.end <= lines.length, JSON.stringify(line))
    const stage =
      parsed && ended(() => finalStage(parsed, { platform: 'linux/amd64', buildArgs: { TAG: '1' } }))
    if (parsed && stage) {
      copySources(parsed, stage.instructions)
      const history = lines.slice(0, 40).map(createdBy => ({
        createdBy: createdBy === '' ? null : createdBy,
        comment: 'buildkit.dockerfile.v0',
        emptyLayer: createdBy.length % 3 === 0,
      }))
      matchHistory(history, history.filter(({ emptyLayer }) => !emptyLayer).length, stage)
    }
    for (const each of lines.slice(0, 10)) describeInstruction(each)
  },
}
