import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findLogin } from '../../src/image/docker-login.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-login-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
const configured = (config: unknown): Record<string, string> => {
  count += 1
  const place = join(folder, `${count}`)
  mkdirSync(place)
  writeFileSync(join(place, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  return { DOCKER_CONFIG: place, PATH: `${folder}:${process.env.PATH}` }
}

/** A credential helper: a shell script beside the configurations. */
const helper = (name: string, script: string): void => {
  const path = join(folder, `docker-credential-${name}`)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') })
const password = (user: string, secret: string) => ({ kind: 'password', user, password: secret })

const TABLE: readonly {
  readonly says: string
  readonly config: unknown
  readonly host?: string
  readonly login: unknown
}[] = [
  { says: 'a host', config: { auths: { 'ghcr.io': auth('me:pa:ss') } }, login: password('me', 'pa:ss') },
  {
    says: 'an address as older clients wrote it',
    config: { auths: { 'https://ghcr.io/v1/': auth('me:x') } },
    login: password('me', 'x'),
  },
  {
    says: 'Docker Hub',
    host: 'docker.io',
    config: { auths: { 'https://index.docker.io/v1/': auth('me:x') } },
    login: password('me', 'x'),
  },
  {
    says: 'a host with a port, and not the one without',
    host: 'r.example:5000',
    config: { auths: { 'r.example': auth('a:1'), 'r.example:5000': auth('b:2') } },
    login: password('b', '2'),
  },
  {
    says: 'user and password apart',
    config: { auths: { 'ghcr.io': { username: 'me', password: 'x' } } },
    login: password('me', 'x'),
  },
  {
    says: 'an identity token before a password',
    config: { auths: { 'ghcr.io': { ...auth('me:'), identitytoken: 'refresh' } } },
    login: { kind: 'identity', token: 'refresh' },
  },
  { says: 'another host', config: { auths: { 'ghcr.io.example': auth('me:x') } }, login: null },
  { says: 'an empty entry', config: { auths: { 'ghcr.io': {} } }, login: null },
  { says: 'nothing', config: {}, login: null },
]

for (const { says, config, host = 'ghcr.io', login } of TABLE)
  test(`docker's configuration holds ${says}: ${login ? 'a login' : 'no login'}`, async () => {
    assert.deepEqual(await findLogin(host, configured(config)), { login, problem: null })
  })

test('without a configuration there is no login and no problem', async () => {
  assert.deepEqual(await findLogin('ghcr.io', { DOCKER_CONFIG: join(folder, 'absent') }), {
    login: null,
    problem: null,
  })
})

test('a credential helper is given the host and gives the login; it sees none of the job’s tokens', async () => {
  helper(
    'works',
    `cat > "${folder}/asked"; env > "${folder}/environment"; echo '{"ServerURL":"x","Username":"me","Secret":"word"}'`,
  )
  const env = {
    ...configured({ credHelpers: { 'ghcr.io': 'works' } }),
    INPUT_SECRETS: 'canary',
    GITHUB_TOKEN: 'canary',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary',
    AWS_PROFILE: 'kept',
  }
  assert.deepEqual(await findLogin('ghcr.io', env), { login: password('me', 'word'), problem: null })
  assert.equal(readFileSync(join(folder, 'asked'), 'utf8'), 'ghcr.io')
  const seen = readFileSync(join(folder, 'environment'), 'utf8')
  assert.match(seen, /AWS_PROFILE=kept/)
  assert.doesNotMatch(seen, /canary/)
  assert.deepEqual(await findLogin('other.example', env), { login: null, problem: null })
})

test('the credential store is asked for what no helper is named for, Docker Hub by its address', async () => {
  helper('store', `echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"$(cat)\\"}"`)
  const env = configured({ credsStore: 'store' })
  assert.deepEqual((await findLogin('docker.io', env)).login, {
    kind: 'identity',
    token: 'https://index.docker.io/v1/',
  })
})

test('a helper that has nothing, fails or is missing is no error by itself, and is said without its output', async () => {
  helper('empty', 'echo "credentials not found in native keychain"; exit 1')
  helper('fails', 'echo canary; exit 1')
  helper('silent', 'exit 0')
  const problems: Readonly<Record<string, string | null>> = {
    empty: null,
    silent: null,
    fails: 'docker-credential-fails gave no login',
    absent: 'docker-credential-absent could not be run',
    '../evil': 'the credential helper has no valid name',
  }
  for (const [name, problem] of Object.entries(problems))
    assert.deepEqual(
      await findLogin('ghcr.io', configured({ credsStore: name })),
      { login: null, problem },
      name,
    )
  assert.equal(existsSync(join(folder, 'evil')), false)
  const { problem } = await findLogin('ghcr.io', configured('{'))
  assert.match(problem!, /config\.json is not valid JSON/)
})

test('a login in the file serves where the helper has none', async () => {
  const config = { credsStore: 'absent', auths: { 'ghcr.io': auth('me:x') } }
  assert.deepEqual((await findLogin('ghcr.io', configured(config))).login, password('me', 'x'))
})
