/** The two images of the example pull request, step by step as BuildKit would have written their history. */
import { buildPackages } from './build-packages.ts'
import { textOf } from './content.ts'
import { clientPackages, imagePackages, systemPackages } from './debian-packages.ts'
import { aptItems, aptListItems, dpkgItems, packageItems } from './packages.ts'
import { applicationItems, pipCacheItems, pythonItems } from './python.ts'
import type { Item } from './tar.ts'

export interface Step {
  readonly createdBy: string
  /** Null for an instruction that makes no layer. */
  readonly layer: readonly Item[] | null
}

const file = (path: string, content: string): Item => ({ kind: 'file', path, content: Buffer.from(content) })
const link = (path: string, target: string): Item => ({ kind: 'link', path, target })

const before = [...systemPackages, ...imagePackages]

const rootItems: readonly Item[] = [
  link('/bin', 'usr/bin'),
  link('/sbin', 'usr/sbin'),
  link('/lib', 'usr/lib'),
  { kind: 'directory', path: '/usr/lib64' },
  link('/lib64', 'usr/lib64'),
  { kind: 'directory', path: '/root', mode: 0o700 },
  { kind: 'directory', path: '/tmp', mode: 0o1777 },
  file(
    '/etc/os-release',
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
  ),
  file(
    '/etc/passwd',
    'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  ),
]

/** `python:3.11-slim`, the same in both images. */
const baseImage: readonly Step[] = [
  {
    createdBy: "RUN # debian.sh --arch 'amd64' out/ 'bookworm' '@1795132800'",
    layer: [...rootItems, ...packageItems(systemPackages), ...dpkgItems(systemPackages, systemPackages)],
  },
  { createdBy: 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin', layer: null },
  {
    createdBy:
      'RUN /bin/sh -c apt-get update && apt-get install --yes --no-install-recommends ca-certificates libsqlite3-0 libssl3 && rm -rf /var/lib/apt/lists/* # buildkit',
    layer: [...packageItems(imagePackages), ...dpkgItems(before, imagePackages)],
  },
  { createdBy: 'ENV PYTHON_VERSION=3.11.14', layer: null },
  { createdBy: 'COPY /build/python /usr/local # buildkit', layer: pythonItems() },
  {
    createdBy: 'RUN /bin/sh -c ldconfig && python3 --version # buildkit',
    layer: [{ kind: 'file', path: '/etc/ld.so.cache', content: textOf('ld.so.cache', 5_423) }],
  },
  { createdBy: 'CMD ["python3"]', layer: null },
]

const workingDirectory: Step = { createdBy: 'WORKDIR /srv', layer: [{ kind: 'directory', path: '/srv' }] }
const ending: readonly Step[] = [
  { createdBy: 'USER nobody', layer: null },
  { createdBy: 'CMD ["python" "app.py"]', layer: null },
]

/**
 * @param project reads a file of examples/webserver
 * @returns the steps of Dockerfile.base and Dockerfile.head
 */
export const exampleImages = (
  project: (name: string) => string,
): Readonly<Record<'base' | 'head', readonly Step[]>> => {
  const application: Step = {
    createdBy: 'COPY app.py . # buildkit',
    layer: [file('/srv/app.py', project('app.py'))],
  }
  const withCompiler = [...clientPackages, ...buildPackages]
  return {
    base: [
      ...baseImage,
      {
        createdBy:
          'RUN /bin/sh -c apt-get update     && apt-get install --yes --no-install-recommends libmariadb3     && rm -rf /var/lib/apt/lists/* # buildkit',
        layer: [
          ...packageItems(clientPackages),
          ...dpkgItems([...before, ...clientPackages], clientPackages),
          ...aptItems('apt-get install --yes --no-install-recommends libmariadb3', clientPackages),
        ],
      },
      workingDirectory,
      { createdBy: 'COPY /install /usr/local # buildkit', layer: applicationItems() },
      application,
      ...ending,
    ],
    head: [
      ...baseImage,
      workingDirectory,
      {
        createdBy:
          'RUN /bin/sh -c apt-get update     && apt-get install --yes         gcc         default-libmysqlclient-dev         make         pkg-config # buildkit',
        layer: [
          ...packageItems(withCompiler),
          ...dpkgItems([...before, ...withCompiler], withCompiler),
          ...aptItems('apt-get install --yes gcc default-libmysqlclient-dev make pkg-config', withCompiler),
          ...aptListItems(),
        ],
      },
      {
        createdBy: 'COPY requirements.txt . # buildkit',
        layer: [file('/srv/requirements.txt', project('requirements.txt'))],
      },
      {
        createdBy: 'RUN /bin/sh -c pip install -r requirements.txt # buildkit',
        layer: [...applicationItems(), ...pipCacheItems()],
      },
      application,
      ...ending,
    ],
  }
}
