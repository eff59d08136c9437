/** Each kind of secret by a file that is one, and by its nearest neighbour that is none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KINDS, keepForSecrets, secretKind } from '../../src/rules/secret-kinds.ts'

interface Case {
  readonly what: string
  readonly path: string
  /** Null where the name is enough. */
  readonly is: string | null
  /** Another content, or with `nearPath` another path, that makes it none. */
  readonly near?: string
  readonly nearPath?: string
}

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIE\n'
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIE\n'

const CASES: readonly Case[] = [
  {
    what: "The server's own SSH key, the same for every container",
    path: '/etc/ssh/ssh_host_ed25519_key',
    is: '-----BEGIN OPENSSH PRIVATE KEY-----\n',
    nearPath: '/etc/ssh/ssh_host_ed25519_key.pub',
  },
  { what: 'An SSH key', path: '/root/.ssh/id_rsa', is: KEY, nearPath: '/root/.ssh/id_rsa.pub' },
  { what: 'A private key', path: '/app/tls/server.key', is: KEY, near: CERTIFICATE },
  {
    what: 'A key store',
    path: '/app/keystore.p12',
    is: null,
    nearPath: '/usr/lib/jvm/lib/security/cacerts.jks',
  },
  {
    what: 'A token for npm',
    path: '/root/.npmrc',
    is: '//registry.example/:_authToken=npm_abcdef\n',
    near: '//registry.example/:_authToken=\u0024{NPM_TOKEN}\n',
  },
  {
    what: 'A token for Yarn',
    path: '/app/.yarnrc.yml',
    is: 'npmAuthToken: "abcdef"\n',
    near: 'npmAuthToken: "\u0024{TOKEN}"\n',
  },
  {
    what: 'A password for PyPI',
    path: '/root/.pypirc',
    is: '[pypi]\nusername = me\npassword = abcdef\n',
    near: '[pypi]\nusername = me\n',
  },
  {
    what: "A password in pip's configuration",
    path: '/etc/pip.conf',
    is: '[global]\nindex-url = https://me:abcdef@pypi.example/simple\n',
    near: '[global]\nindex-url = https://pypi.example/simple\n',
  },
  {
    what: 'A password for a host',
    path: '/root/.netrc',
    is: 'machine git.example login me password abcdef\n',
    near: 'machine git.example login me\n',
  },
  {
    what: 'Passwords of Git',
    path: '/root/.git-credentials',
    is: 'https://me:abcdef@git.example\n',
    near: 'https://git.example\n',
  },
  {
    what: 'A password in the configuration of a Git checkout',
    path: '/app/.git/config',
    is: '[remote "origin"]\n\turl = https://me:abcdef@git.example/app\n',
    near: '[remote "origin"]\n\turl = https://git.example/app\n',
  },
  {
    what: 'Credentials of registries',
    path: '/root/.docker/config.json',
    is: '{"auths":{"r.example":{"auth":"bWU6YWJj"}}}',
    near: '{"auths":{"r.example":{}}}',
  },
  {
    what: 'Credentials of AWS',
    path: '/root/.aws/credentials',
    is: '[default]\naws_secret_access_key = abcdefghij\n',
    near: '[default]\nregion = eu-north-1\n',
  },
  {
    what: 'A service account key',
    path: '/app/service-account.json',
    is: '{"private_key": "-----BEGIN PRIVATE KEY-----"}',
    near: '{"client_email": "a@b.example"}',
  },
  {
    what: 'Credentials of Azure',
    path: '/root/.azure/accessTokens.json',
    is: null,
    nearPath: '/root/.azure/config.json',
  },
  {
    what: 'Credentials of a Kubernetes cluster',
    path: '/root/.kube/config',
    is: 'users:\n- user:\n    client-key-data: YWJjZGVmZ2g=\n',
    near: 'clusters:\n- cluster:\n    server: https://k.example\n',
  },
  {
    what: 'The state of Terraform, which holds secrets in the clear',
    path: '/infra/terraform.tfstate',
    is: null,
    nearPath: '/infra/main.tf',
  },
  {
    what: "A password in Maven's settings",
    path: '/root/.m2/settings.xml',
    is: '<server><password>abcdef</password></server>',
    near: '<server><password>\u0024{env.TOKEN}</password></server>',
  },
  {
    what: "A password in Gradle's properties",
    path: '/root/.gradle/gradle.properties',
    is: 'signing.password=abcdef\n',
    near: '# signing.password=abcdef\n',
  },
  {
    what: 'A token of the GitHub command',
    path: '/root/.config/gh/hosts.yml',
    is: 'github.com:\n  oauth_token: abcdefghij\n',
    near: 'github.com:\n  user: me\n',
  },
  {
    what: 'A token for Composer',
    path: '/root/.composer/auth.json',
    is: '{"github-oauth": {"github.com": "abcdef"}}',
    near: '{"github-oauth": {}}',
  },
  {
    what: 'A token for crates.io',
    path: '/root/.cargo/credentials.toml',
    is: '[registry]\ntoken = "abcdefghij"\n',
    near: '[registry]\n',
  },
  {
    what: 'A token for RubyGems',
    path: '/root/.gem/credentials',
    is: ':rubygems_api_key: abcdefghij\n',
    near: '---\n',
  },
  {
    what: 'Passwords or tokens in a file of environment variables',
    path: '/app/.env.production',
    is: 'DB_PASSWORD=correct-horse\n',
    near: 'DB_PASSWORD=changeme\n',
  },
]

const kindOf = (path: string, content: string | null): string | null => {
  const body = content ?? 'x'
  const kept = keepForSecrets(path, body.length) ? Buffer.from(body) : null
  return secretKind(path, body.length, kept)
}

for (const { what, path, is, near, nearPath } of CASES)
  test(`${what}: ${path}`, () => {
    assert.equal(kindOf(path, is), what)
    assert.equal(kindOf(nearPath ?? path, near ?? is), null)
  })

test('every kind has a case', () => {
  assert.deepEqual(
    KINDS.map(({ what }) => what),
    CASES.map(({ what }) => what),
  )
})

test('what a file says is not asked where it was not read, and an empty or a huge file is none', () => {
  assert.equal(secretKind('/app/server.key', 100, null), null)
  assert.equal(secretKind('/app/store.p12', 0, null), null)
  assert.equal(secretKind('/app/store.p12', 17_000_000, null), null)
  assert.equal(keepForSecrets('/app/server.key', 65_537), false)
})

test('no content takes long to judge', () => {
  const made = [
    ...['\n', ' ', 'a', '=', '-----BEGIN ', '-----BEGIN A ', '://a', 'token', 'URL', 'SECRET', 'password '],
    ...['export ', 'a\n', '_auth=', 'A_', '"auth":', 'aws_secret_access_key='],
  ].map(part => part.repeat(Math.floor(65_536 / part.length)))
  const contents = [...made, `://${'a'.repeat(65_000)}`, `_auth${' '.repeat(65_000)}`]
  for (const { what, path } of CASES)
    for (const content of contents) {
      const body = Buffer.from(content)
      const start = performance.now()
      secretKind(path, body.length, body)
      const took = performance.now() - start
      assert.ok(took < 500, `${what}: ${JSON.stringify(content.slice(0, 20))} took ${took} ms`)
    }
})

test('a value is one of its own line', () => {
  for (const [path, content] of [
    ['/root/.pypirc', 'password =\nusername = abcdef\n'],
    ['/root/.npmrc', '_authToken=\nsave-exact=true\n'],
    ['/root/.gradle/gradle.properties', 'signing.password=\norg.gradle.daemon=false\n'],
  ] as const)
    assert.equal(kindOf(path, content), null, path)
  assert.notEqual(kindOf('/app/.env', '\n\n  export \tDB_PASSWORD=correct-horse\n'), null)
  assert.notEqual(kindOf('/root/.pypirc', '[pypi]\r\n\r\n\tpassword: abcdef\r\n'), null)
})

test('test data, examples and parts of libraries are none', () => {
  for (const path of [
    '/app/tests/server.key',
    '/app/testdata/id_rsa',
    '/app/node_modules/x/key.pem',
    '/usr/local/lib/python3.12/site-packages/x/key.pem',
    '/app/.env.example',
  ])
    assert.equal(kindOf(path, `${KEY}TOKEN=abcdef\n`), null, path)
})
