import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepForPackages, readPackages } from '../../src/packages/index.ts'
import { readPython } from '../../src/packages/python.ts'

const bodies = (files: Readonly<Record<string, string>>): Map<string, Buffer> =>
  new Map(Object.entries(files).map(([path, body]) => [path, Buffer.from(body)]))

const SITE = '/usr/local/lib/python3.12/site-packages'
const FLASK = `${SITE}/Flask-3.0.0.dist-info`

const distribution = (place: string, record: string, metadata = ''): Record<string, string> => ({
  [`${place}/RECORD`]: record,
  ...(metadata ? { [`${place}/METADATA`]: metadata } : {}),
})

test('a distribution has its name and needs from METADATA, and its files from RECORD', () => {
  const files = distribution(
    FLASK,
    [
      '../../../bin/flask,sha256=x,100',
      'flask/__init__.py,sha256=x,100',
      '"flask/a, ""b"".py",sha256=x,1',
      'Flask-3.0.0.dist-info/RECORD,,',
      '/etc/flask.conf,,',
      'plain',
      '../../../../../../../../../up,,',
      '',
    ].join('\r\n'),
    'Metadata-Version: 2.1\nName: Flask\nVersion: 3.0.0\nRequires-Dist: Werkzeug>=3.0.0\nRequires-Dist: typing_extensions ; python_version < "3.8"\nRequires-Dist: asgiref>=3.2 ; extra == \'async\'\n\nName: not a field\n',
  )
  assert.deepEqual(readPython(bodies(files)), [
    {
      manager: 'python',
      name: 'flask',
      version: '3.0.0',
      section: null,
      files: [
        '/usr/local/bin/flask',
        `${SITE}/flask/__init__.py`,
        `${SITE}/flask/a, "b".py`,
        `${FLASK}/RECORD`,
        '/etc/flask.conf',
        `${SITE}/plain`,
        '/up',
      ],
      depends: [['werkzeug'], ['typing-extensions']],
      recommends: [],
      provides: [],
      essential: false,
      requested: null,
    },
  ])
})

test('without METADATA the folder says name and version', () => {
  const [pkg] = readPython(
    bodies(distribution(`${SITE}/typing_extensions-4.9.0.dist-info`, 'typing_extensions.py,,')),
  )
  assert.deepEqual([pkg?.name, pkg?.version], ['typing-extensions', '4.9.0'])
})

test('what pip marked was asked for, where it marks at all', () => {
  const at = (name: string, marked: boolean, installer: string, site = SITE): Record<string, string> => {
    const place = `${name}-1.dist-info`
    const files = distribution(`${site}/${place}`, `${name}.py,,\n${marked ? `${place}/REQUESTED,,\n` : ''}`)
    return { ...files, [`${site}/${place}/INSTALLER`]: installer }
  }
  const packages = readPython(
    bodies({
      ...at('flask', true, 'pip\n'),
      ...at('werkzeug', false, 'pip\n'),
      ...at('hand', false, 'poetry 1.8\n'),
      ...at('old', false, 'pip\n', '/opt/old/lib/python3.7/site-packages'),
    }),
  )
  assert.deepEqual(
    packages.map(pkg => [pkg.name, pkg.requested]),
    [
      ['flask', true],
      ['werkzeug', false],
      ['hand', null],
      ['old', null],
    ],
  )
})

test('an egg lists its files from its own folder', () => {
  const place = `${SITE}/PyYAML-6.0-py3.12.egg-info`
  const [pkg] = readPython(
    bodies({
      [`${place}/PKG-INFO`]: 'Name: PyYAML\nVersion: 6.0\n',
      [`${place}/installed-files.txt`]: '../yaml/__init__.py\nPKG-INFO\n',
    }),
  )
  assert.deepEqual(
    [pkg?.name, pkg?.version, pkg?.files],
    ['pyyaml', '6.0', [`${SITE}/yaml/__init__.py`, `${place}/PKG-INFO`]],
  )
})

test('a distribution without a list of files is no owner', () => {
  const files = {
    [`${SITE}/six-1.dist-info/METADATA`]: 'Name: six\nVersion: 1\n',
    [`${SITE}/six-1.dist-info/INSTALLER`]: 'rpm',
  }
  assert.deepEqual(readPython(bodies(files)), [])
})

test('what a system package brought is its own, and two environments are one distribution', () => {
  const debian = '/usr/lib/python3/dist-packages/six-1.16.dist-info'
  const other = '/opt/venv/lib/python3.12/site-packages/Flask-2.3.dist-info'
  const packages = readPackages(
    bodies({
      '/lib/apk/db/installed': `P:py3-six\nV:1\nF:${debian.slice(1)}\nR:RECORD\n\n`,
      ...distribution(debian, 'six.py,,\nsix-1.16.dist-info/RECORD,,\n'),
      ...distribution(FLASK, 'flask/a.py,,\n'),
      ...distribution(other, 'flask/a.py,,\n'),
    }),
  )
  assert.deepEqual(
    packages.map(pkg => [pkg.manager, pkg.name, pkg.version, pkg.files]),
    [
      ['apk', 'py3-six', '1', [`${debian}/RECORD`]],
      [
        'python',
        'flask',
        '3.0.0, 2.3',
        [`${SITE}/flask/a.py`, '/opt/venv/lib/python3.12/site-packages/flask/a.py'],
      ],
    ],
  )
})

test('only what says who owns what is kept', () => {
  const cases: readonly (readonly [string, number, boolean])[] = [
    [`${FLASK}/RECORD`, 100_000, true],
    [`${FLASK}/METADATA`, 50_000, true],
    [`${FLASK}/METADATA`, 2_000_000, false],
    [`${FLASK}/RECORD`, 20_000_000, false],
    [`${FLASK}/INSTALLER`, 4, true],
    [`${FLASK}/WHEEL`, 4, false],
    [`${SITE}/x.egg-info/PKG-INFO`, 4, true],
    [`${SITE}/x.egg-info/installed-files.txt`, 4, true],
    [`${SITE}/setuptools/_vendor/wheel-1.dist-info/RECORD`, 4, false],
    ['/root/.cache/uv/archive-v0/x/flask-3.dist-info/RECORD', 4, false],
    ['/app/RECORD', 4, false],
    ['/usr/lib/python3/dist-packages/six-1.dist-info/RECORD', 4, true],
  ]
  for (const [path, size, kept] of cases) assert.equal(keepForPackages(path, size), kept, path)
})

test('odd lists do no harm', () => {
  for (const record of [
    '',
    ',,,',
    '"',
    '"open',
    '""',
    '..',
    '.',
    '/',
    '../../../../../../..',
    '\0',
    'é,\xff',
    '"a""',
  ])
    assert.ok(readPython(bodies(distribution(FLASK, record))).length === 1, JSON.stringify(record))
  assert.deepEqual(readPython(bodies({ [`${SITE}/.dist-info/RECORD`]: 'a,,' })), [])
})
