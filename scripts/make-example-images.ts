/**
 * `npm run make-examples`: writes examples/images/base and examples/images/head, the two images of the example pull
 * request in examples/webserver. With `--check` it writes nothing and fails when they are not what it would write.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exampleImages } from './example-images/images.ts'
import { ociLayout } from './example-images/layout.ts'

const examples = join(dirname(import.meta.dirname), 'examples')
const project = (name: string): string => readFileSync(join(examples, 'webserver', name), 'utf8')

/** The files of a folder by path; none where there is no folder. */
const filesIn = (folder: string): ReadonlyMap<string, Buffer> =>
  new Map(
    (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [path.slice(folder.length + 1), readFileSync(path)]),
  )

const isEqual = (left: ReadonlyMap<string, Buffer>, right: ReadonlyMap<string, Buffer>): boolean =>
  left.size === right.size && [...left].every(([path, bytes]) => right.get(path)?.equals(bytes))

const write = (folder: string, files: ReadonlyMap<string, Buffer>): void => {
  rmSync(folder, { recursive: true, force: true })
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}

for (const [name, steps] of Object.entries(exampleImages(project))) {
  const folder = join(examples, 'images', name)
  const present = filesIn(folder)
  const wanted = ociLayout(name, steps, [...present.values()])
  if (!process.argv.includes('--check')) write(folder, wanted)
  else if (isEqual(present, wanted)) console.log(`examples/images/${name} is what the script makes`)
  else {
    console.error(
      `examples/images/${name} is not what the script makes: run \`npm run make-examples\` and commit it`,
    )
    process.exitCode = 1
  }
}
