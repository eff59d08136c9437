import type { Rule } from './rule.ts'
import { secretKind } from './secret-kinds.ts'

export const secret: Rule = {
  id: 'secret',
  category: 'secret',
  title: 'Secret',
  why: 'Whoever can pull the image can read it, from every layer: deleting it in a later one does not take it out.',
  fix: 'Mount it only while it is used: `RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci`. Then replace the secret: it has been published.',
  anyName: true,
  matchFile:
    () =>
    ({ path, owner, sizeBytes, body, waste }) => {
      if (owner) return null
      const kind = secretKind(path, sizeBytes, body ?? null)
      if (kind === null) return null
      const still = waste ? ' A later layer hides it; it is in the image all the same.' : ''
      return {
        subject: path,
        certainty: 'hint',
        reason: `${kind}. Whoever can pull the image can read it.${still}`,
      }
    },
  examples: {
    finds: [
      {
        path: '/root/.ssh/id_ed25519',
        bodies: { '/root/.ssh/id_ed25519': '-----BEGIN OPENSSH PRIVATE KEY-----\n' },
        subject: '/root/.ssh/id_ed25519',
        certainty: 'hint',
      },
      {
        path: '/app/.npmrc',
        bodies: { '/app/.npmrc': '//registry.example/:_authToken=npm_0123456789\n' },
        certainty: 'hint',
      },
      { path: '/app/.env', bodies: { '/app/.env': 'PORT=80\nDB_PASSWORD=correct-horse\n' } },
      {
        path: '/app/.env.production',
        bodies: { '/app/.env.production': 'DATABASE_URL=postgres://app:horse@db/app\n' },
      },
      { path: '/app/key.pem', bodies: { '/app/key.pem': '-----BEGIN RSA PRIVATE KEY-----\n' } },
      {
        path: '/app/gcp.json',
        bodies: { '/app/gcp.json': '{"private_key": "-----BEGIN PRIVATE KEY-----"}' },
      },
      { path: '/app/client.p12' },
      { path: '/infra/terraform.tfstate' },
    ],
    ignores: [
      {
        path: '/app/.npmrc',
        bodies: { '/app/.npmrc': '//registry.example/:_authToken=\u0024{NPM_TOKEN}\n' },
      },
      { path: '/app/.npmrc', bodies: { '/app/.npmrc': 'save-exact=true\n' } },
      { path: '/app/.env', bodies: { '/app/.env': 'NODE_ENV=production\nAPI_KEY=\nTOKEN=\u0024{TOKEN}\n' } },
      { path: '/app/.env.example', bodies: { '/app/.env.example': 'DB_PASSWORD=correct-horse\n' } },
      { path: '/app/chain.pem', bodies: { '/app/chain.pem': '-----BEGIN CERTIFICATE-----\n' } },
      {
        path: '/etc/ssl/private/ssl-cert-snakeoil.key',
        bodies: { '/etc/ssl/private/ssl-cert-snakeoil.key': '-----BEGIN PRIVATE KEY-----\n' },
      },
      {
        path: '/usr/local/go/src/crypto/tls/testdata/example-key.pem',
        bodies: {
          '/usr/local/go/src/crypto/tls/testdata/example-key.pem': '-----BEGIN RSA PRIVATE KEY-----\n',
        },
      },
      { path: '/opt/java/openjdk/lib/security/cacerts.jks' },
      { path: '/app/truststore.jks' },
    ],
  },
}
