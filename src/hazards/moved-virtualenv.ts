import type { HazardFound, HazardImage, HazardRule } from './hazard.ts'
import { folderOf } from './started.ts'
import { code, list } from './words.ts'

const PYTHONS = ['python', 'python3']

interface Broken {
  readonly paths: readonly string[]
  readonly missing: string
  readonly reason: string
}

/** The interpreter that the environment was made with is a link out of it. */
const withoutPython = (image: HazardImage, root: string): Broken | null => {
  const links = image.links.filter(link => folderOf(link.path) === `${root}/bin`)
  const dangling = links.find(
    link => PYTHONS.includes(link.path.slice(root.length + 5)) && image.resolve(link.path) === null,
  )
  if (!dangling) return null
  const outward =
    links.find(link => link.target.startsWith('/') && image.resolve(link.path) === null) ?? dangling
  return {
    paths: [dangling.path],
    missing: outward.target,
    reason: `${code(dangling.path)} leads to ${code(outward.target)}, which is not in the image: nothing in the virtual environment ${code(root)} can be started.`,
  }
}

/** Its commands name the interpreter by the path that it had when they were made. */
const elsewhere = (image: HazardImage, root: string): Broken | null => {
  const stale = image.programs.filter(
    ({ path, script }) =>
      folderOf(path) === `${root}/bin` &&
      script !== null &&
      /^\/.*\/bin\/python[\d.]*$/.test(script.interpreter) &&
      image.resolve(script.interpreter) === null,
  )
  const [first] = stale
  if (!first?.script) return null
  const { interpreter } = first.script
  return {
    paths: stale.map(file => file.path),
    missing: interpreter,
    reason: `The commands of the virtual environment ${code(root)} (${list(stale.map(file => file.path))}) are started by ${code(interpreter)}, where it was made. It cannot be moved.`,
  }
}

export const movedVirtualenv: HazardRule = {
  id: 'moved-virtualenv',
  title: 'Virtual environment that was moved',
  why: 'A virtual environment names its own path and the Python that made it, and breaks where one of the two is not there.',
  fix: 'Make the environment at the path where it will be used, and copy it there; use the same Python at the same path in both stages.',
  check: image =>
    image
      .named(name => name === 'pyvenv.cfg')
      .flatMap((path): HazardFound[] => {
        if (!image.isOwn(path)) return []
        const root = folderOf(path)
        const broken = withoutPython(image, root) ?? elsewhere(image, root)
        return broken ? [{ subject: root, layer: image.layerOf(path), ...broken }] : []
      }),
  examples: {
    finds: [
      {
        files: {
          '/opt/venv/pyvenv.cfg': { text: 'home = /usr/local/bin\n' },
          '/opt/venv/bin/python': { link: '/usr/local/bin/python' },
          '/usr/bin/python3.11': { elf: { interpreter: null }, owned: true },
        },
        missing: '/usr/local/bin/python',
      },
      {
        files: {
          '/app/.venv/pyvenv.cfg': { text: 'home = /usr/local/bin\n' },
          '/app/.venv/bin/python': { link: '/usr/local/bin/python3.11' },
          '/app/.venv/bin/gunicorn': { script: '#!/build/.venv/bin/python\n' },
          '/usr/local/bin/python3.11': { elf: { interpreter: null } },
        },
        missing: '/build/.venv/bin/python',
        paths: ['/app/.venv/bin/gunicorn'],
      },
    ],
    ignores: [
      {
        files: {
          '/opt/venv/pyvenv.cfg': { text: 'home = /usr/local/bin\n' },
          '/opt/venv/bin/python': { link: '/usr/local/bin/python3.11' },
          '/opt/venv/bin/gunicorn': { script: '#!/opt/venv/bin/python\n' },
          '/usr/local/bin/python3.11': { elf: { interpreter: null } },
        },
      },
      {
        files: {
          '/opt/venv/pyvenv.cfg': { text: 'home = /usr/local/bin\n', base: true },
          '/opt/venv/bin/python': { link: '/usr/local/bin/python', base: true },
        },
      },
    ],
  },
}
