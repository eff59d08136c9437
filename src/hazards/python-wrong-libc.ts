import type { HazardFound, HazardImage, HazardRule, ProgramFile } from './hazard.ts'
import { type Libc, libcOf, nameOfLibc } from './libc.ts'
import { pythonTag } from './python-tag.ts'
import { unloadableModules } from './unloadable-modules.ts'
import { code } from './words.ts'

/**
 * Distributions that cannot be imported without their compiled modules. Many others have slower code in Python to fall
 * back on (MarkupSafe, PyYAML, SQLAlchemy …): of those nothing is certain.
 */
const NEEDS_ITS_MODULES = new Set(
  (
    'asyncpg bcrypt cffi confluent-kafka contourpy cryptography gevent greenlet grpcio h5py httptools jiter kiwisolver ' +
    'lxml matplotlib mysqlclient numpy opencv-python opencv-python-headless orjson pandas pillow polars psutil ' +
    'psycopg2 psycopg2-binary pyarrow pydantic-core pymssql pynacl pyodbc pyzmq rapidfuzz regex rpds-py ' +
    'scikit-image scikit-learn scipy sentencepiece shapely tiktoken tokenizers torch ujson uvloop xgboost'
  ).split(' '),
)

const SITE = /^.*\/python(3\.\d+)t?\/(?:site|dist)-packages$/

/** The C library of the Python that reads a site; null where it is not sure. */
const libcOfPython = (image: HazardImage, version: string): Libc | null => {
  const found = new Set(
    image.pythons.flatMap(each => {
      const elf = each.version === version ? image.programAt(each.path)?.elf : null
      return elf ? [libcOf(elf)] : []
    }),
  )
  const [libc = null, ...others] = found
  return others.length === 0 && libc !== null && image.libcs.has(libc) ? libc : null
}

const libcOfModule = (file: ProgramFile): Libc | null =>
  (file.elf && libcOf(file.elf)) ?? pythonTag(file.path)?.libc ?? null

export const pythonWrongLibc: HazardRule = {
  id: 'python-wrong-libc',
  title: 'Packages for another C library',
  why: 'Compiled modules of Python are made for glibc (Debian) or for musl (Alpine), and load on that one alone.',
  fix: 'Install the packages in a stage with the same C library as the final one: `python:3.12-slim` for both, or `python:3.12-alpine` for both.',
  check: image =>
    image.distributions.flatMap((distribution): HazardFound | HazardFound[] => {
      const { site, name, files, isOwn } = distribution
      const version = SITE.exec(site)?.[1]
      if (!isOwn || version === undefined || !NEEDS_ITS_MODULES.has(name)) return []
      const libc = libcOfPython(image, version)
      // a loader of the other one (gcompat) may do
      if (libc === null || image.libcs.size > 1) return []
      const modules = files.flatMap(path => {
        const file = pythonTag(path) ? image.programAt(path) : null
        const built = file && libcOfModule(file)
        return built ? [{ path, built }] : []
      })
      if (modules.length === 0 || modules.some(each => each.built === libc)) return []
      return unloadableModules(
        distribution,
        modules.map(each => each.path),
        `linked to ${nameOfLibc(modules[0]!.built)}, and this image's Python ${version} to ${nameOfLibc(libc)}: importing ${code(name)} fails.`,
      )
    }),
  examples: {
    finds: [
      {
        files: {
          '/usr/local/bin/python3.12': { elf: { interpreter: '/lib/ld-musl-x86_64.so.1', needed: [] } },
          '/lib/ld-musl-x86_64.so.1': { elf: { interpreter: null, needed: [] }, owned: true },
          '/usr/local/lib/python3.12/site-packages/MySQLdb/_mysql.cpython-312-x86_64-linux-gnu.so': {
            elf: { interpreter: null, needed: ['libc.so.6'] },
          },
        },
        distributions: {
          mysqlclient: {
            site: '/usr/local/lib/python3.12/site-packages',
            files: ['MySQLdb/_mysql.cpython-312-x86_64-linux-gnu.so'],
          },
        },
      },
    ],
    ignores: [
      {
        files: {
          '/usr/local/bin/python3.12': { elf: { interpreter: '/lib/ld-musl-x86_64.so.1', needed: [] } },
          '/lib/ld-musl-x86_64.so.1': { elf: { interpreter: null, needed: [] }, owned: true },
          '/usr/local/lib/python3.12/site-packages/markupsafe/_speedups.cpython-312-x86_64-linux-gnu.so': {
            elf: { interpreter: null, needed: ['libc.so.6'] },
          },
        },
        distributions: {
          markupsafe: {
            site: '/usr/local/lib/python3.12/site-packages',
            files: ['markupsafe/_speedups.cpython-312-x86_64-linux-gnu.so'],
          },
        },
      },
    ],
  },
}
