import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finalStage } from '../../src/dockerfile/final-stage.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { traceStage } from '../../src/dockerfile/trace-stage.ts'

/** "build:5", or "build" where the line is not known. */
const told = (text: string, line: number, path: string): string | null => {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const { instructions } = finalStage(dockerfile)
  const at = instructions.find(instruction => instruction.line.start === line)!
  const found = traceStage(dockerfile, instructions, at.line, path)
  return found && (found.line ? `${found.stage}:${found.line.start}` : found.stage)
}

const GO = `FROM golang AS build
WORKDIR /src
COPY . .
RUN go build -o bin/app ./cmd
FROM debian
WORKDIR /app
COPY --from=build /src/bin/app .
COPY --from=build /src /all
COPY --from=0 /root/.cache /cache
COPY conf /conf
COPY --from=nginx /etc/nginx /nginx
`
const NODE = `FROM node AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
RUN npm ci
FROM deps AS build
COPY . .
RUN npm run build && cp -r dist /out
FROM node:slim
COPY --from=deps /app/node_modules /srv/node_modules
COPY --from=build /out/ /srv/dist
COPY --from=build /app /whole
`
const CHAIN = `FROM alpine AS one
RUN echo a > /a && mkdir /made && echo b > /made/b
FROM alpine AS two
COPY --from=one /made /from-one
RUN echo c > /c
FROM alpine
COPY --from=two /from-one /end
COPY --from=TWO /c /a /d/
COPY --from=two ["/c", "/e file"]
COPY --from=two /from-* /star/
COPY --from=two $X /x
`

for (const [why, text, line, path, expected] of [
  ['the file that an option of the compiler names', GO, 7, '/app/app', 'build:4'],
  ['a file below a folder that is copied whole', GO, 8, '/all/bin/app', 'build:4'],
  ['a file of a context copy, or of the compiler: nobody can tell', GO, 8, '/all/cmd/main.go', 'build'],
  ["a compiler's own cache, from a stage by number", GO, 9, '/cache/go-build/00/x', 'build:4'],
  ['what came from the build context', GO, 10, '/conf/a', null],
  ['what came from another image', GO, 11, '/nginx/nginx.conf', null],
  ['what a package manager installs', NODE, 10, '/srv/node_modules/left-pad/index.js', 'deps:5'],
  ['what a command copies to where it is taken from', NODE, 11, '/srv/dist/main.js', 'build:8'],
  ['what a stage below the named one made', NODE, 12, '/whole/node_modules/x/index.js', 'deps:5'],
  ['a stage that copies from a stage', CHAIN, 7, '/end/b', 'one:2'],
  ['one of several files, whatever the case of the name', CHAIN, 8, '/d/c', 'two:5'],
  ['the JSON form', CHAIN, 9, '/e file', 'two:5'],
  ['a pattern', CHAIN, 10, '/star/x', 'two'],
  ['a variable', CHAIN, 11, '/x', 'two'],
  ['a path that the instruction did not bring', CHAIN, 7, '/elsewhere', 'two'],
] as const)
  test(`from a copied path to its maker: ${why}`, () => assert.equal(told(text, line, path), expected))

test('a stage that names itself, an unknown one and a later one are no stage to follow', () => {
  const text =
    'FROM a AS x\nCOPY --from=x /a /b\nCOPY --from=later /a /c\nFROM b AS later\nRUN true\nFROM x\nRUN true\n'
  assert.equal(told(text, 2, '/b'), null)
  assert.equal(told(text, 3, '/c'), null)
})
