/** Reports of images that tests make of lists of entries, and the packages that such images may have. */
import type { ImageConfig, ImageContent } from '../../src/image/image.ts'
import { keepForPackages, readPackages } from '../../src/packages/index.ts'
import { imageReport, type ReportInput } from '../../src/report/image-report.ts'
import type { BaseImage, ImageReport } from '../../src/report/types.ts'
import { keepForRules, rules } from '../../src/rules/index.ts'
import { stackLayers } from '../../src/tree/stack.ts'
import { readLayers } from './make-image.ts'
import { file, type MadeEntry } from './make-tar.ts'

export type Layers = readonly (readonly MadeEntry[])[]

/** What a report needs the content of. */
export const keepForReport = (path: string, sizeBytes: number): 'all' | 'none' =>
  keepForPackages(path) || keepForRules(path, sizeBytes) ? 'all' : 'none'

/** @param instructions one for each layer; the line is its place in the list */
export const reportOf = (
  layers: Layers,
  instructions: readonly string[] = [],
  base: BaseImage | null = null,
): ImageReport => {
  const read = readLayers(layers, keepForReport)
  const blob = { sizeBytes: 0, compressed: false } as const
  return reportOfRead(
    read.map(layer => ({ ...layer, blob })),
    instructions,
    base,
  )
}

/** The same for layers that were read already, wherever from: nothing but their content tells. */
export const reportOfRead = (
  layers: ImageContent['layers'],
  instructions: readonly string[],
  base: BaseImage | null,
): ImageReport => imageReport(reportInput(layers, instructions, base))

/** What a report is made of, with nothing that only a build knows. */
export const reportInput = (
  layers: ImageContent['layers'],
  instructions: readonly string[],
  base: BaseImage | null,
  config: ImageConfig | null = null,
): ReportInput => {
  const { tree, snapshots } = stackLayers(layers, layers[0]!.entries.directories)
  const blob = { sizeBytes: 0, compressed: false } as const
  return {
    image: {
      source: 'docker://example',
      configDigest: null,
      config,
      layers: layers.map(layer => ({ ...layer, blob })),
    },
    platform: 'linux/amd64',
    tree,
    states: snapshots.map(({ layer, bodies }) => ({ layer, packages: readPackages(bodies) })),
    rules,
    base,
    instructions: layers.map((_, i) =>
      instructions[i]
        ? { text: instructions[i], line: { file: 'Dockerfile', start: i + 1, end: i + 1 } }
        : { text: null, line: null },
    ),
    passwd: null,
    osRelease: null,
    version: '0.1.0',
  }
}

/** dpkg's database: `name` or `name=version`. */
export const status = (...packages: readonly string[]): MadeEntry =>
  file(
    'var/lib/dpkg/status',
    packages
      .map(each => {
        const [name, version = '1'] = each.split('=')
        return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\nSection: libs\n`
      })
      .join('\n'),
  )

export const list = (name: string, ...paths: readonly string[]): MadeEntry =>
  file(`var/lib/dpkg/info/${name}.list`, `${paths.join('\n')}\n`)

export const big = (bytes: number, char = 'x'): string => char.repeat(bytes)
