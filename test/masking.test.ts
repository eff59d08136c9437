import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findSecrets, maskDeep, maskLog, secretValues } from '../src/masking.ts'
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

test('a value that holds another is masked whole', async () => {
  const lines: string[] = []
  const log = { group: () => undefined, line: (text: string) => lines.push(text), endGroup: () => undefined }
  const { any } = await findSecrets(
    parseOptions(new Map([['build-args', { text: 'A=secret\nB=secret-and-more', where: 'build-args' }]])),
    {},
    '/',
  )
  maskLog(log, any).line('RUN echo secret-and-more secret "$C" secret')
  assert.deepEqual(lines, ['RUN echo *** *** "$C" ***'])
})

test('what is declared a secret is masked wherever it stands, a plain build argument in logs alone', async () => {
  const given = { secrets: 'id=first-secret', 'build-args': 'FLAVOUR=vanilla-3\nAPI_TOKEN=fourth-value' }
  const made = parseOptions(
    new Map(Object.entries(given).map(([name, text]) => [name as 'secrets', { text, where: name }])),
  )
  const { any, certain } = await findSecrets(made, {}, '/')
  const base64 = Buffer.from('user:first-secret').toString('base64')
  const value = {
    paths: ['/srv/first-secret/x', '/opt/vanilla-3'],
    bytes: 7,
    more: { of: 'fourth-value', none: null },
  }
  assert.deepEqual(maskDeep(value, certain), {
    paths: ['/srv/***/x', '/opt/vanilla-3'],
    bytes: 7,
    more: { of: '***', none: null },
  })
  const lines: string[] = []
  const log = { group: () => undefined, line: (text: string) => lines.push(text), endGroup: () => undefined }
  for (const line of [
    'RUN vanilla-3',
    `Basic ${base64}`,
    'GET https://me:pw12345@x.example/a?page=2&token=abc',
  ])
    maskLog(log, any).line(line)
  assert.deepEqual(lines[0], 'RUN ***')
  assert.doesNotMatch(
    Buffer.from(lines[1]!.slice(6).replaceAll('*', ''), 'base64').toString(),
    /first-secret/,
  )
  assert.deepEqual(lines[2], 'GET https://***@x.example/a?page=2&token=***')
})

test('a value that is one of Plimsoll’s own words leaves a report whole', () => {
  const finding = {
    rule: 'secret',
    category: 'secret',
    key: 'secret /srv/secret/id_rsa',
    paths: ['/srv/secret/id_rsa'],
    kind: 'package',
  }
  assert.deepEqual(maskDeep({ findings: [finding] }, /secret|package/g), {
    findings: [{ ...finding, key: 'secret /srv/***/id_rsa', paths: ['/srv/***/id_rsa'] }],
  })
})
