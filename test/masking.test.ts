import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskLog, secretValues } from '../src/masking.ts'
import { parseOptions } from '../src/options.ts'

const options = parseOptions(
  new Map(
    Object.entries({
      secrets: 'word=first-secret\n"key=-----BEGIN-----\nAAAABBBB\n-----END-----"',
      'secret-envs': 'variable=FROM_ENVIRONMENT',
      'build-args': 'TOKEN=a=b=c=d\nFROM_SHELL\nDEBUG=1',
      'github-token': 'ghs_token',
    }).map(([name, text]) => [name as 'secrets', { text, where: name }]),
  ),
)
const environment = { FROM_ENVIRONMENT: 'second-secret', FROM_SHELL: 'third-value', OTHER: 'other-value' }

test('values of secrets, of the variables they come from and of build arguments are masked, short ones are not', () => {
  assert.deepEqual(
    [...secretValues(options, environment)].sort(),
    [
      '-----BEGIN-----',
      '-----END-----',
      'AAAABBBB',
      'a=b=c=d',
      'first-secret',
      'ghs_token',
      'second-secret',
      'third-value',
    ].sort(),
  )
})

test('a value that holds another is masked whole', () => {
  const lines: string[] = []
  const log = { group: () => undefined, line: (text: string) => lines.push(text), endGroup: () => undefined }
  const values = secretValues(
    parseOptions(new Map([['build-args', { text: 'A=secret\nB=secret-and-more', where: 'build-args' }]])),
    {},
  )
  maskLog(log, values).line('RUN echo secret-and-more secret "$C" secret')
  assert.deepEqual(lines, ['RUN echo *** *** "$C" ***'])
})
