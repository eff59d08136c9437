import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childEnvironment } from '../../src/build/child-environment.ts'

const USER = {
  PATH: '/bin',
  HOME: '/root',
  DOCKER_HOST: 'unix:///x',
  DOCKER_CONTEXT: 'c',
  DOCKER_CONFIG: '/d',
  BUILDX_BUILDER: 'b',
  SSH_AUTH_SOCK: '/s',
  HTTPS_PROXY: 'http://p',
  GITHUB_REPOSITORY: 'o/r',
  NPM_TOKEN: 'npm',
}
const RUNTIME = {
  ACTIONS_RUNTIME_TOKEN: 't',
  ACTIONS_RUNTIME_URL: 'u',
  ACTIONS_CACHE_URL: 'u',
  ACTIONS_RESULTS_URL: 'u',
  ACTIONS_CACHE_SERVICE_V2: '1',
}
const WITHHELD = {
  'INPUT_GITHUB-TOKEN': 't',
  INPUT_SECRETS: 's',
  GITHUB_TOKEN: 't',
  GH_TOKEN: 't',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'u',
  GITHUB_OUTPUT: 'f',
  GITHUB_ENV: 'f',
  GITHUB_PATH: 'f',
  GITHUB_STATE: 'f',
  GITHUB_STEP_SUMMARY: 'f',
}
const ALL = { ...USER, ...RUNTIME, ...WITHHELD, UNSET: undefined }

test('a child gets the user environment without inputs, tokens and the runner command files', () => {
  assert.deepEqual(childEnvironment(ALL), USER)
})

test('a build also gets what a type=gha cache needs', () => {
  assert.deepEqual(childEnvironment(ALL, { cacheService: true }), { ...USER, ...RUNTIME })
})

test('a variable that the user named stays, whatever its name', () => {
  assert.deepEqual(childEnvironment(ALL, { keep: ['GITHUB_TOKEN', 'UNSET'] }), { ...USER, GITHUB_TOKEN: 't' })
})
