import { lastPart } from '../path-parts.ts'
import type { Rule } from './rule.ts'
import { startTexts } from './start-scripts.ts'

const SMALLEST_BYTES = 1_000_000

/** Places where a build puts what it downloads. In homes and at the root only what lies there directly. */
const WORK = /^\/(tmp|var\/tmp|usr\/src|usr\/local\/src|opt)\//
const TOP = /^\/(root\/|home\/[^/]+\/)?[^/]+$/

const PACKAGE = /\.(deb|rpm|udeb|pkg\.tar\.(zst|xz))$/
const ARCHIVE = /\.(tar|tar\.(gz|xz|bz2|zst|lzma|Z)|tgz|txz|tbz2?|zip|7z|whl|gem|crate)$/
const INSTALLER =
  /(^|\/)(Miniconda|Miniforge|Mambaforge|Anaconda|micromamba)[\w.-]*\.sh$|\.run$|\/(install|setup)[\w.-]*\.bin$/
/** Of sources and programs as their projects release them: a name, a version, a tar. */
const SOFTWARE_ARCHIVE = /\d[\w.+-]*\.(tar(\.\w+)?|tgz|txz|tbz2?)$/
/** The official PHP image keeps its own source for `docker-php-source`. */
const KEPT = /^\/usr\/src\/(php\.tar\.xz|linux-(source|headers)[^/]*)$/

export const installers: Rule = {
  id: 'installers',
  category: 'download',
  title: 'Archives and installers',
  why: 'They were unpacked or installed already.',
  fix: 'Delete the file in the `RUN` that fetches it, unpack while it streams (`curl … | tar -xz`), or fetch it in a build stage.',
  matchFile: image => {
    const texts = startTexts(image)
    return ({ path, owner, sizeBytes }) => {
      if (owner || sizeBytes < SMALLEST_BYTES || KEPT.test(path)) return null
      const isWork = WORK.test(path)
      if (!isWork && !TOP.test(path)) return null
      const isSoftware = PACKAGE.test(path) || INSTALLER.test(path)
      if (!isSoftware && !ARCHIVE.test(path)) return null
      const name = lastPart(path)
      if (texts.some(text => text.includes(name)))
        return { subject: path, certainty: 'hint', reason: "The image's command names it." }
      // an archive below /opt or at the top may be a program's data, unless it is one of software
      const isData = !isSoftware && (!isWork || path.startsWith('/opt/')) && !SOFTWARE_ARCHIVE.test(path)
      return isData
        ? {
            subject: path,
            certainty: 'hint',
            reason: 'An archive; only the program knows whether it reads it.',
          }
        : { subject: path }
    }
  },
  examples: {
    finds: [
      { path: '/tmp/chrome.deb', sizeBytes: 9e7, subject: '/tmp/chrome.deb', certainty: 'leftover' },
      { path: '/go1.22.1.linux-amd64.tar.gz', sizeBytes: 7e7, certainty: 'leftover' },
      { path: '/root/node-v22.11.0-linux-x64.tar.xz', sizeBytes: 3e7, certainty: 'leftover' },
      { path: '/usr/src/nginx-1.27.2.tar.gz', sizeBytes: 1.2e6, certainty: 'leftover' },
      { path: '/tmp/Miniconda3-latest-Linux-x86_64.sh', sizeBytes: 1.5e8, certainty: 'leftover' },
      { path: '/opt/model.zip', sizeBytes: 5e7, certainty: 'hint' },
      { path: '/tmp/seed.tar.gz', sizeBytes: 5e6, command: ['load', '/tmp/seed.tar.gz'], certainty: 'hint' },
    ],
    ignores: [
      { path: '/usr/src/php.tar.xz', sizeBytes: 1.2e7 },
      { path: '/tmp/small.tar.gz', sizeBytes: 1000 },
      { path: '/app/data/seed.tar.gz', sizeBytes: 5e6 },
      { path: '/app.jar', sizeBytes: 5e7 },
      { path: '/usr/local/lib/python3.12/ensurepip/_bundled/pip-24.0-py3-none-any.whl', sizeBytes: 2e6 },
      { path: '/usr/src/linux-source-6.1.tar.xz', sizeBytes: 1.3e8, owner: { name: 'linux-source-6.1' } },
    ],
  },
}
