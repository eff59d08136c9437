// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a Dockerfile writes ${X}
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import type { Dockerfile } from '../../src/dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { UserError } from '../../src/errors.ts'
import { needShared } from '../support/need.ts'

const ranges = ({ instructions }: Dockerfile): string =>
  instructions.map(({ keyword, line }) => `${keyword} ${line.start}-${line.end}`).join(', ')

const messageFor = (text: string): string => {
  try {
    return `accepted: ${ranges(parseDockerfile(text, 'D'))}`
  } catch (error) {
    assert.ok(error instanceof UserError, String(error))
    return error.message
  }
}

/** Each measured with `docker buildx build --call=outline`, BuildKit 0.33: it takes all of these, with these ranges. */
const ACCEPTED: readonly (readonly [name: string, text: string, expected: string])[] = [
  ['plain', 'FROM a\nRUN b\n', 'FROM 1-1, RUN 2-2'],
  ['no newline at the end', 'FROM a\nRUN b', 'FROM 1-1, RUN 2-2'],
  ['lower case and indentation', '  from a\n\trun b\n', 'FROM 1-1, RUN 2-2'],
  ['BOM and CRLF', '\uFEFFFROM a\r\nRUN b \\\r\n  c\r\nRUN d\r\n', 'FROM 1-1, RUN 2-3, RUN 4-4'],
  ['a vertical tab', 'FROM\va\n', 'FROM 1-1'],
  ['a comment that ends in a backslash', 'FROM a\n# b \\\nRUN c\n', 'FROM 1-1, RUN 3-3'],
  [
    'comments and blank lines in a continuation',
    'FROM a\nRUN b \\\n# c\n\n  # d\n  e\nRUN f\n',
    'FROM 1-1, RUN 2-6, RUN 7-7',
  ],
  ['white space after the backslash', 'FROM a\nRUN b \\  \nc\n', 'FROM 1-1, RUN 2-3'],
  ['two backslashes', 'FROM a\nRUN b \\\\\nRUN c\n', 'FROM 1-1, RUN 2-2, RUN 3-3'],
  ['three backslashes', 'FROM a\nRUN b \\\\\\\nRUN c\n', 'FROM 1-1, RUN 2-2, RUN 3-3'],
  ['a continuation to nowhere', 'FROM a\nRUN b \\\n', 'FROM 1-1, RUN 2-2'],
  ['a continuation to blank lines', 'FROM a\nRUN b \\\n\n\n', 'FROM 1-1, RUN 2-2'],
  ['FROM over two lines', 'FROM a \\\n  AS b\nRUN c\n', 'FROM 1-2, RUN 3-3'],
  ['a keyword over two lines', 'FROM a\nRU\\\nN b\n', 'FROM 1-1, RUN 2-3'],
  ['a lone backslash before', 'FROM a\n\\\nRUN b\n', 'FROM 1-1, RUN 2-3'],
  [
    'a backtick as escape',
    '# escape=`\nFROM a\nRUN b `\n c\nRUN d\\\nRUN e\n',
    'FROM 2-2, RUN 3-4, RUN 5-5, RUN 6-6',
  ],
  [
    'an escape directive after a comment is none',
    '# x\n# escape=`\nFROM a\nRUN b \\\n c\n',
    'FROM 3-3, RUN 4-5',
  ],
  [
    'an escape directive after a blank line is none',
    '\n# escape=`\nFROM a\nRUN b \\\n c\n',
    'FROM 3-3, RUN 4-5',
  ],
  [
    'both directives',
    '#syntax=docker/dockerfile:1\n# ESCAPE = `\nFROM a\nRUN b `\n c\n',
    'FROM 3-3, RUN 4-5',
  ],
  ['a shebang', '#!/usr/bin/env x\nFROM a\n', 'FROM 2-2'],
  ['a heredoc', 'FROM a\nRUN <<EOF\nx\nEOF\nRUN b\n', 'FROM 1-1, RUN 2-4, RUN 5-5'],
  ['a heredoc with CRLF', 'FROM a\r\nRUN <<EOF\r\nx\r\nEOF\r\nRUN b\r\n', 'FROM 1-1, RUN 2-4, RUN 5-5'],
  ['a quoted heredoc', "FROM a\nRUN cat <<'EOF' >/x\nx\nEOF\nRUN b\n", 'FROM 1-1, RUN 2-4, RUN 5-5'],
  [
    'a heredoc name with white space',
    'FROM a\nRUN cat <<"E F"\nx\nE F\nRUN b\n',
    'FROM 1-1, RUN 2-4, RUN 5-5',
  ],
  ['an escaped heredoc name', 'FROM a\nRUN cat <<\\EOF\nx\nEOF\nRUN b\n', 'FROM 1-1, RUN 2-4, RUN 5-5'],
  [
    'white space before the heredoc name',
    'FROM a\nRUN cat << EOF | sh\nx\nEOF\nRUN b\n',
    'FROM 1-1, RUN 2-4, RUN 5-5',
  ],
  ['a heredoc on a descriptor', 'FROM a\nRUN cat 0<<EOF\nx\nEOF\n', 'FROM 1-1, RUN 2-4'],
  ['a heredoc with tabs', 'FROM a\nRUN cat <<-EOF\n\tx\n\tEOF\nRUN b\n', 'FROM 1-1, RUN 2-4, RUN 5-5'],
  ['two heredocs', 'FROM a\nRUN p - <<A && <<B\nx\nA\ny\nB\nRUN b\n', 'FROM 1-1, RUN 2-6, RUN 7-7'],
  [
    'a heredoc after a continuation',
    'FROM a\nRUN cat <<EOF \\\n  && true\nx\nEOF\nRUN b\n',
    'FROM 1-1, RUN 2-5, RUN 6-6',
  ],
  ['a heredoc after flags', 'FROM a\nRUN --mount=type=cache,target=/x <<EOF\nx\nEOF\n', 'FROM 1-1, RUN 2-4'],
  ['a heredoc of instructions and comments', 'FROM a\nRUN <<EOF\n# x\nFROM y\n\nEOF\n', 'FROM 1-1, RUN 2-6'],
  ['COPY of heredocs', 'FROM a\nCOPY <<A <<B /x/\n1\nA\n2\nB\nCMD c\n', 'FROM 1-1, COPY 2-6, CMD 7-7'],
  ['ONBUILD with a heredoc', 'FROM a\nONBUILD RUN <<EOF\nx\nEOF\n', 'FROM 1-1, ONBUILD 2-4'],
  ['no heredoc in quotes', 'FROM a\nRUN cat "<<EOF"\nRUN b\n', 'FROM 1-1, RUN 2-2, RUN 3-3'],
  ['no heredoc inside quotes', 'FROM a\nRUN echo "x <<EOF y"\nRUN b\n', 'FROM 1-1, RUN 2-2, RUN 3-3'],
  ['no heredoc after an open quote', "FROM a\nRUN echo it's <<EOF\nRUN b\n", 'FROM 1-1, RUN 2-2, RUN 3-3'],
  ['no heredoc of three', 'FROM a\nRUN cat <<<EOF\nRUN b\n', 'FROM 1-1, RUN 2-2, RUN 3-3'],
  ['no heredoc in the JSON form', 'FROM a\nRUN ["cat", "<<EOF"]\nRUN b\n', 'FROM 1-1, RUN 2-2, RUN 3-3'],
  ['no heredoc in CMD', 'FROM a\nCMD <<EOF\nUSER x\n', 'FROM 1-1, CMD 2-2, USER 3-3'],
  ['a shift that is a heredoc', 'FROM a\nRUN echo 1 <<2\nRUN x\n2\nRUN b\n', 'FROM 1-1, RUN 2-4, RUN 5-5'],
  ['JSON that is none', "FROM a\nCMD ['b']\n", 'FROM 1-1, CMD 2-2'],
  [
    'empty RUN, CMD, ENTRYPOINT',
    'FROM a\nRUN\nCMD\nENTRYPOINT\n',
    'FROM 1-1, RUN 2-2, CMD 3-3, ENTRYPOINT 4-4',
  ],
  ['a flag', 'FROM --platform=linux/amd64 a AS b\n', 'FROM 1-1'],
  ['ARG first', 'ARG A=1\nFROM a\n', 'ARG 1-1, FROM 2-2'],
  ['one name twice', 'FROM a AS x\nFROM x AS x\n', 'FROM 1-1, FROM 2-2'],
]

test('a Dockerfile that BuildKit takes is read with the lines of each instruction', async t => {
  for (const [name, text, expected] of ACCEPTED)
    await t.test(name, () => assert.equal(ranges(parseDockerfile(text, 'D')), expected))
})

/** Measured like the above: BuildKit refuses all of these. */
const REFUSED: readonly (readonly [text: string, message: string])[] = [
  ['', 'D:1: the Dockerfile has no instructions; begin with FROM'],
  ['# only a comment\n', 'D:1: the Dockerfile has no instructions; begin with FROM'],
  ['ARG A=1\n', 'D:1: the Dockerfile has no FROM; name the image to build on'],
  ['\nRUN x\nFROM a\n', 'D:2: RUN stands before the first FROM; only ARG may'],
  [
    'FROM a # c\n',
    'D:1: FROM takes one argument or three (FROM image AS name); put the comment "# c" on a line of its own',
  ],
  [
    'FROM a AS b #c\n',
    'D:1: FROM takes one argument or three (FROM image AS name); put the comment "#c" on a line of its own',
  ],
  ['FROM\n', 'D:1: FROM takes one argument or three (FROM image AS name)'],
  ['FROM a AS\n', 'D:1: FROM takes one argument or three (FROM image AS name)'],
  ['FROM a b c\n', 'D:1: FROM takes one argument or three (FROM image AS name)'],
  ['FROM a\rRUN x\r', 'D:1: FROM takes one argument or three (FROM image AS name)'],
  ['FROM a AS 1x\n', 'D:1: "1x" cannot name a stage; use a letter, then letters, digits, "-", "_" and "."'],
  [
    'FROM a\nRUNN x\n',
    'D:2: unknown instruction "RUNN"; if it belongs to the line above, that line must end in \\',
  ],
  [
    'FROM a\nRUN b \\ # c\n&& d\n',
    'D:3: unknown instruction "&&"; if it belongs to the line above, that line must end in \\',
  ],
  [
    'FROM a\nRUN cat <<- EOF\nx\nEOF\n',
    'D:3: unknown instruction "x"; if it belongs to the line above, that line must end in \\',
  ],
  [
    'FROM a\nRUN cat<<EOF\nx\nEOF\n',
    'D:3: unknown instruction "x"; if it belongs to the line above, that line must end in \\',
  ],
  [
    'FROM a\nRUN <<EOF\nx\n EOF\n',
    'D:2: the heredoc <<EOF does not end; add a line that is EOF and nothing else',
  ],
  [
    'FROM a\nRUN (cat <<EOF)\nx\nEOF\n',
    'D:2: the heredoc <<EOF) does not end; add a line that is EOF) and nothing else',
  ],
  ['FROM a\nRUN <<EOF\nx\n', 'D:2: the heredoc <<EOF does not end; add a line that is EOF and nothing else'],
  ['FROM a\nCOPY a\n', 'D:2: COPY needs a source and a destination'],
  ['FROM a\nCOPY --from=b c\n', 'D:2: COPY needs a source and a destination'],
  ['FROM a\nADD ["a"]\n', 'D:2: ADD needs a source and a destination'],
  [
    'FROM a\nCOPY a <<EOF\nx\nEOF\n',
    'D:2: COPY cannot have a heredoc as its destination; name a path at the end',
  ],
  ['FROM a\nENV A\n', 'D:2: ENV needs a value: ENV name=value'],
  ['FROM a\nENV A=1 # web\n', 'D:2: ENV cannot hold a comment; put it on a line of its own'],
  [
    'FROM a\nENV A=my secret\n',
    'D:2: ENV has a word without a =; write name=value, with quotes around white space',
  ],
  [
    'FROM a\nTOKEN=abc x\n',
    'D:2: unknown instruction "TOKEN=***"; if it belongs to the line above, that line must end in \\',
  ],
  ['FROM a\nENV =1\n', 'D:2: ENV has a value without a name; write name=value'],
  ['FROM a\nLABEL a\n', 'D:2: LABEL needs a value: LABEL name=value'],
  ['FROM a\nARG\n', 'D:2: ARG needs an argument'],
  ['FROM a\nARG =1\n', 'D:2: ARG has a value without a name; write ARG name=value'],
  ['FROM a\nSHELL sh -c\n', 'D:2: SHELL takes the JSON form: SHELL ["/bin/sh", "-c"]'],
  ['FROM a\nSHELL []\n', 'D:2: SHELL takes the JSON form: SHELL ["/bin/sh", "-c"]'],
  ['FROM a\nCMD [1]\n', 'D:2: the JSON form of CMD takes strings only; put quotes around each element'],
  ['FROM a\nRUN ["a", 1]\n', 'D:2: the JSON form of RUN takes strings only; put quotes around each element'],
  ['FROM a\nVOLUME [""]\n', 'D:2: VOLUME needs the path of a directory'],
  ['FROM a\nWORKDIR\n', 'D:2: WORKDIR needs an argument'],
  ['FROM a\nUSER\n', 'D:2: USER needs an argument'],
  ['FROM a\nEXPOSE\n', 'D:2: EXPOSE needs an argument'],
  ['FROM a\nSTOPSIGNAL\n', 'D:2: STOPSIGNAL needs an argument'],
  ['FROM a\nMAINTAINER\n', 'D:2: MAINTAINER needs an argument'],
  ['FROM a\nONBUILD\n', 'D:2: ONBUILD needs an instruction'],
  ['FROM a\nONBUILD FROM b\n', 'D:2: FROM cannot follow ONBUILD; name another instruction'],
  ['FROM a\nONBUILD ONBUILD RUN b\n', 'D:2: ONBUILD cannot follow ONBUILD; name another instruction'],
  ['FROM a\nHEALTHCHECK foo\n', 'D:2: HEALTHCHECK takes CMD command, or NONE'],
  ['FROM a\nHEALTHCHECK CMD\n', 'D:2: HEALTHCHECK CMD needs a command'],
  ['FROM a\nHEALTHCHECK NONE x\n', 'D:2: HEALTHCHECK NONE takes no arguments'],
  ['# escape=x\nFROM a\n', 'D:1: "# escape=x" must be a backslash or a backtick'],
  ['# escape=`\n# escape=`\nFROM a\n', 'D:2: a second "# escape=" directive; keep one of the two'],
]

test('a Dockerfile that BuildKit refuses is an error with the line and the way out', async t => {
  for (const [text, message] of REFUSED)
    await t.test(JSON.stringify(text), () => assert.equal(messageFor(text), message))
})

test('instructions nested without end are an error, not a crash', () => {
  assert.match(
    messageFor(`FROM a\n${'ONBUILD '.repeat(20_000)}RUN x\n`),
    /^D:2: ONBUILD cannot follow ONBUILD/,
  )
})

test('another frontend may have instructions of its own, Docker’s may not', () => {
  const text = 'FROM a\nINCLUDE b\n'
  assert.equal(messageFor(`# syntax=example/other:1\n${text}`), 'accepted: FROM 2-2, INCLUDE 3-3')
  for (const own of [
    'docker/dockerfile:1',
    'docker.io/docker/dockerfile:1@sha256:0',
    'mirror.example/docker/dockerfile-upstream:master',
  ])
    assert.match(messageFor(`# syntax=${own}\n${text}`), /^D:3: unknown instruction "INCLUDE"/)
})

test('arguments are one line without continuations and comments, the text stays as written', () => {
  const text = 'FROM a\nRUN  apt-get update \\\n    # first\n    && apt-get  install -y \\\n      gcc\n'
  const run = parseDockerfile(text, 'D').instructions[1]!
  assert.equal(run.arguments, 'apt-get update && apt-get install -y gcc')
  assert.equal(run.body, 'apt-get update     && apt-get  install -y       gcc')
  assert.equal(run.text, 'RUN  apt-get update \\\n    # first\n    && apt-get  install -y \\\n      gcc')
  assert.deepEqual(run.line, { file: 'D', start: 2, end: 5 })
})

test('a word goes on in the first column of the next line', () => {
  assert.equal(parseDockerfile('FROM a\nRUN ab\\\ncd\n', 'D').instructions[1]!.arguments, 'abcd')
})

test('flags, JSON words, settings and heredocs are told apart', () => {
  const { instructions } = parseDockerfile(
    `FROM a
COPY --from=b --chown=1:1 ["x  y", "z"]
RUN --mount=type=bind,"source=a b",target=/c -- --not-a-flag
ENV A=b C="d e" F=g\\ h
ENV OLD style value
ARG X Y=1
RUN cat <<-'A' 3<<B
	one
	A
two
B
ONBUILD run c`,
    'D',
  )
  const [, copy, run, env, old, arg, heredoc, onbuild] = instructions
  assert.deepEqual(copy!.flags, ['--from=b', '--chown=1:1'])
  assert.deepEqual(copy!.words, ['x  y', 'z'])
  assert.deepEqual([run!.flags, run!.body], [['--mount=type=bind,"source=a b",target=/c'], '--not-a-flag'])
  assert.deepEqual(
    env!.settings.map(({ name, value }) => [name, value]),
    [
      ['A', 'b'],
      ['C', 'd e'],
      ['F', 'g h'],
    ],
  )
  assert.deepEqual(old!.settings, [{ name: 'OLD', value: 'style value' }])
  assert.deepEqual(
    arg!.settings.map(({ name, value }) => [name, value]),
    [
      ['X', null],
      ['Y', '1'],
    ],
  )
  assert.equal(heredoc!.heredoc, true)
  assert.deepEqual(heredoc!.heredocs, [
    { name: 'A', chomp: true, content: '\tone\n' },
    { name: 'B', chomp: false, content: 'two\n' },
  ])
  assert.equal(heredoc!.arguments, "cat <<-'A' 3<<B")
  assert.deepEqual([onbuild!.trigger!.keyword, onbuild!.trigger!.body], ['RUN', 'c'])
})

test('stages have their name, their FROM as written and their own instructions', () => {
  const { stages, globalArgs } = parseDockerfile(
    'ARG V=1\nFROM --platform=$BUILDPLATFORM registry:5000/a/b:${V} as Build\nRUN x\nFROM a@sha256:00\nCMD y\n',
    'D',
  )
  assert.deepEqual(
    globalArgs.map(({ arguments: text }) => text),
    ['V=1'],
  )
  assert.deepEqual(
    stages.map(({ index, name, from, fromLine, instructions }) => [
      index,
      name,
      from,
      fromLine.start,
      instructions.map(({ keyword }) => keyword),
    ]),
    [
      [0, 'Build', 'registry:5000/a/b:${V}', 2, ['RUN']],
      [1, null, 'a@sha256:00', 4, ['CMD']],
    ],
  )
})

test('the comment after a FROM of flask-alpine fails at its line', t => {
  const folder = needShared(t, 'seeds', 'cases', 'flask-alpine')
  if (folder === null) return
  const text = readFileSync(join(folder, 'Dockerfile.multi'), 'utf8')
  assert.throws(() => parseDockerfile(text, 'Dockerfile.multi'), {
    name: 'UserError',
    message:
      'Dockerfile.multi:15: FROM takes one argument or three (FROM image AS name); put the comment "# Smaller base image" on a line of its own',
  })
})

test('real Dockerfiles are covered by ordered ranges that do not overlap', t => {
  const folder = needShared(t, 'corpora', 'dockerfiles')
  if (folder === null) return
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  assert.ok(files.length >= 396, `${files.length} files`)
  const refused: string[] = []
  for (const path of files) {
    const text = readFileSync(path, 'utf8')
    try {
      assertCovered(text, parseDockerfile(text, relative(folder, path)))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      refused.push(error.message)
    }
  }
  // Two symbolic links that were stored as text: BuildKit refuses them too, and nothing else among these.
  assert.deepEqual(
    refused.sort().map(message => message.split(';')[0]),
    [
      'chainguard-dev+dfc/Dockerfile.chainguard:1: unknown instruction "testdata/django.after.Dockerfile"',
      'chainguard-dev+dfc/Dockerfile:1: unknown instruction "testdata/django.before.Dockerfile"',
    ],
  )
})

/** Every line with content is in exactly one range; a comment may be in one, as part of a continuation. */
const assertCovered = (text: string, dockerfile: Dockerfile): void => {
  const lines = text.split('\n')
  let last = 0
  for (const { line, keyword, text: own } of dockerfile.instructions) {
    const where = `${dockerfile.file}:${line.start}`
    assert.ok(line.start > last && line.end >= line.start && line.end <= lines.length, where)
    for (let at = last; at < line.start - 1; at++)
      assert.match(lines[at]!.trim(), /^(?:#.*)?$/, `${where}, ${at + 1}`)
    assert.ok(lines[line.start - 1]!.trim().toUpperCase().startsWith(keyword), where)
    assert.notEqual(lines[line.end - 1]!.trim(), '', where)
    assert.equal(own.split('\n').length, line.end - line.start + 1, where)
    last = line.end
  }
  for (let at = last; at < lines.length; at++)
    assert.match(lines[at]!.trim(), /^(?:#.*)?$/, `${dockerfile.file}:${at + 1}`)
}
