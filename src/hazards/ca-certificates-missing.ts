import type { HazardFound, HazardImage, HazardRule } from './hazard.ts'
import { findCommand, startedPrograms } from './started.ts'
import { code } from './words.ts'

/** Where TLS libraries look (Go's crypto/x509/root_linux.go lists them all). */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
const FOLDERS = [
  '/etc/ssl/certs',
  '/etc/pki/tls/certs',
  '/usr/share/ca-certificates',
  '/usr/local/share/ca-certificates',
]
const VARIABLES = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO']

/** `curl … https://…`, in one command, without a word that says where trust comes from or that none is asked for. */
const CLIENT = /(?:^|[\s;&|("'`/])(curl|wget|git)\s([^\n;&|]*)/g
const TRUSTS =
  /(^|\s)(-[a-zA-Z]*k[a-zA-Z]*|--insecure|--no-check-certificate|--cacert|--capath|--ca-certificate|--ca-directory)\b|http\.sslVerify|http\.sslCAInfo/
const SECURE_URL = /https:\/\/(?!localhost|127\.|\[::1\]|\$)[\w.-]+/

/** The text of the command, and of the scripts that it starts as far as they were kept. */
const textsOf = (image: HazardImage): readonly string[] => [
  image.command.join(' '),
  ...startedPrograms(image).flatMap(file => {
    const body = file.script ? image.body(file.path) : null
    return body ? [withoutComments(body.toString('utf8'))] : []
  }),
]

const withoutComments = (script: string): string => script.replace(/^\s*#.*$/gm, '')

const hasRoots = (image: HazardImage): boolean =>
  BUNDLES.some(path => image.resolve(path) !== null) ||
  VARIABLES.some(name => image.env.has(name)) ||
  image
    .named(name => /\.(pem|crt|0)$/.test(name))
    .some(path => FOLDERS.some(folder => path.startsWith(`${folder}/`)))

/**
 * Only what the image's own start says: that a program *could* speak TLS is no proof (a server in Go links the same
 * code, `curl` may look at its own health, and some programs carry their roots with them).
 */
export const caCertificatesMissing: HazardRule = {
  id: 'ca-certificates-missing',
  title: 'No CA certificates for a TLS client',
  why: 'Without the certificates of public authorities no `https://` address can be verified, and the request fails.',
  fix: 'Install `ca-certificates` in the final stage, or copy `/etc/ssl/certs/ca-certificates.crt` there from the build stage.',
  check: image => {
    for (const text of textsOf(image)) {
      for (const [, client, rest] of text.matchAll(CLIENT)) {
        const url = SECURE_URL.exec(rest!)?.[0]
        const path = url === undefined || TRUSTS.test(rest!) ? null : findCommand(image, client!)
        if (path === null || hasRoots(image)) continue
        const found: HazardFound = {
          subject: client!,
          paths: [path],
          missing: BUNDLES[0]!,
          reason: `When the image starts, ${code(client!)} asks for ${code(url!)}, and the image has no certificates to check it with.`,
          layer: image.layerOf(path),
        }
        return [found]
      }
    }
    return []
  },
  examples: {
    finds: [
      {
        files: {
          '/usr/bin/curl': { elf: { interpreter: null }, owned: true },
          '/bin/sh': { elf: { interpreter: null } },
        },
        cmd: ['/bin/sh', '-c', 'curl -fsS https://example.com/config > /tmp/c && exec /app'],
        missing: '/etc/ssl/certs/ca-certificates.crt',
      },
    ],
    ignores: [
      {
        files: {
          '/usr/bin/curl': { elf: { interpreter: null } },
          '/etc/ssl/certs/ca-certificates.crt': { text: '' },
        },
        cmd: ['curl', 'https://example.com'],
      },
      {
        files: { '/usr/bin/curl': { elf: { interpreter: null } } },
        cmd: ['curl', 'http://localhost:8080/health'],
      },
      {
        files: { '/usr/bin/curl': { elf: { interpreter: null } } },
        cmd: ['curl', '-sk', 'https://example.com'],
      },
      { files: { '/server': { elf: { interpreter: null, isGo: true } } }, entrypoint: ['/server'] },
    ],
  },
}
