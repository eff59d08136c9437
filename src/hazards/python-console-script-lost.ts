import { groupBy } from '../group-by.ts'
import { lastPart } from '../path-parts.ts'
import type { HazardFound, HazardImage, HazardRule, PythonDistribution } from './hazard.ts'
import { code, list, verb } from './words.ts'

/** They come with Python itself, whose images keep some of their commands and drop others. */
const COMES_WITH_PYTHON = new Set(['pip', 'setuptools', 'wheel', 'distribute'])

interface Lost {
  readonly distribution: PythonDistribution
  readonly script: string
}

/** `/usr/local` of `/usr/local/lib/python3.12/site-packages`; what `pip --target` makes has no such place. */
const prefixOf = (site: string): string | null =>
  /^(.*)\/lib(?:64)?\/python\d[^/]*\/(?:site|dist)-packages$/.exec(site)?.[1] ?? null

const lostBy = (image: HazardImage, distribution: PythonDistribution): Lost[] => {
  const { name, site, files, isOwn } = distribution
  const prefix = prefixOf(site)
  if (!isOwn || prefix === null || COMES_WITH_PYTHON.has(name)) return []
  const scripts = files.filter(path => path.startsWith(`${prefix}/bin/`) && !path.endsWith('.pyc'))
  // what is there of it says whether it is installed at all
  const modules = files.filter(path => path.startsWith(`${site}/`) && !/\.(dist|egg)-info\//.test(path))
  if (modules.length > 0 && !modules.some(path => image.resolve(path) !== null)) return []
  return scripts
    .filter(path => {
      const inside = `${site}/bin/${lastPart(path)}`
      return image.resolve(path) === null && image.resolve(inside) === null && !image.wasDeleted(path)
    })
    .map(script => ({ distribution, script }))
}

const SHOWN = 5
const PLAIN = /^[\w./@+-]+$/

/** The line to add, where its paths need no quoting. */
const fixFor = (scripts: readonly string[], bin: string): { readonly fix?: string } => {
  const source = scripts.length === 1 ? scripts[0]! : bin
  if (!PLAIN.test(source)) return {}
  return {
    fix: `Copy ${verb(scripts.length, 'it', 'them')} too: \`COPY --from=builder ${source} ${bin}/\`. Or install into a virtual environment and copy that as a whole.`,
  }
}

export const pythonConsoleScriptLost: HazardRule = {
  id: 'python-console-script-lost',
  title: 'Console scripts not copied',
  why: 'The packages were copied without the commands that pip put beside them: those commands are not found.',
  fix: 'Copy the commands too (`COPY --from=builder /usr/local/bin /usr/local/bin`), or install into a virtual environment and copy that as a whole.',
  check: image => {
    const lost = image.distributions.flatMap(each => lostBy(image, each))
    return [...groupBy(lost, each => each.distribution.site)].map(([site, group]): HazardFound => {
      const scripts = [...new Set(group.map(each => each.script))].sort()
      const folders = [...new Set(group.map(each => each.distribution.folder))]
      const names = scripts.map(path => lastPart(path))
      const bin = scripts[0]!.slice(0, scripts[0]!.lastIndexOf('/'))
      return {
        subject: site,
        paths: folders,
        missing: scripts.slice(0, SHOWN).join(', '),
        reason: `${code(site)} has packages that were installed with the ${verb(names.length, 'command', 'commands')} ${list(names, SHOWN)}, and ${code(bin)} does not have ${verb(names.length, 'it', 'them')}.`,
        ...fixFor(scripts, bin),
        layer: group[0]!.distribution.layer,
      }
    })
  },
  examples: {
    finds: [
      {
        files: { '/usr/local/lib/python3.10/site-packages/flask/__init__.py': { text: '' } },
        distributions: {
          flask: {
            site: '/usr/local/lib/python3.10/site-packages',
            files: ['flask/__init__.py', '../../../bin/flask'],
          },
        },
        missing: '/usr/local/bin/flask',
      },
    ],
    ignores: [
      {
        files: {
          '/usr/local/bin/flask': { script: '#!/usr/local/bin/python3.10\n' },
          '/usr/local/bin/python3.10': { elf: { interpreter: null } },
        },
        distributions: {
          flask: { site: '/usr/local/lib/python3.10/site-packages', files: ['../../../bin/flask'] },
        },
      },
      {
        files: {},
        distributions: {
          wheel: { site: '/usr/local/lib/python3.10/site-packages', files: ['../../../bin/wheel'] },
        },
      },
      // pip --target writes a wrong path, and puts the command inside
      {
        files: { '/app/deps/bin/flask': { text: '' } },
        distributions: { flask: { site: '/app/deps/site-packages', files: ['../../bin/flask'] } },
      },
    ],
  },
}
