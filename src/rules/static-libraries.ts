import { compilesAtRunTime } from './compiles-at-run-time.ts'
import type { Rule } from './rule.ts'

/** Parts of packages and language trees, some of which read archives when they run. */
const ELSEWHERE =
  /\/(site-packages|dist-packages|node_modules|site-library|rustlib|ghc[^/]*|go(-[\d.]+)?\/pkg|modules[^/]*|plugins?|gems|testdata)\//

export const staticLibraries: Rule = {
  id: 'static-libraries',
  category: 'static-library',
  title: 'Static libraries',
  why: 'A linker copies from them into a program; nothing loads them when the program runs.',
  fix: 'Delete `*.a` in the `RUN` that installs them, configure with `--disable-static`, or build in a stage and `COPY --from` only what runs.',
  matchFile:
    () =>
    ({ path, owner }) => {
      if (owner || !path.endsWith('.a')) return null
      const slash = path.lastIndexOf('/')
      const isLibrary = path.startsWith('lib', slash + 1) && slash > 0
      return isLibrary && !ELSEWHERE.test(path) ? { subject: path.slice(0, slash) } : null
    },
  wanted: compilesAtRunTime,
  examples: {
    finds: [
      { path: '/usr/local/lib/libfoo.a', subject: '/usr/local/lib', certainty: 'leftover' },
      { path: '/usr/local/lib/python3.11/config-3.11-x86_64-linux-gnu/libpython3.11.a' },
      { path: '/opt/ffmpeg/lib/libavcodec.a', subject: '/opt/ffmpeg/lib' },
    ],
    ignores: [
      { path: '/usr/lib/x86_64-linux-gnu/libfoo.a', owner: { name: 'libfoo1', section: 'libs' } },
      { path: '/usr/local/lib/python3.11/site-packages/triton/backends/nvidia/lib/libcupti_static.a' },
      { path: '/app/node_modules/sharp/vendor/lib/libvips.a' },
      { path: '/usr/lib/ghc/lib/x86_64-linux-ghc-9.0.2/base-4.15.1.0/libHSbase-4.15.1.0.a' },
      { path: '/usr/local/lib/ImageMagick-7/modules-Q16/coders/libpng.a' },
      { path: '/usr/local/lib/libfoo.so' },
      { path: '/srv/archive/volume.a' },
      { path: '/app/liberty/notes.a' },
    ],
  },
}
