import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normalisePath } from '../../src/tar/normalise-path.ts'
import { pathFromBytes } from '../../src/tree/path-bytes.ts'

const normal = (name: string): [string, boolean] => {
  const { path, unsafe } = normalisePath(Buffer.from(name))
  return [path, unsafe]
}

test('a name becomes the absolute path it means', () => {
  const cases: [string, string][] = [
    ['etc/passwd', '/etc/passwd'],
    ['./etc/passwd', '/etc/passwd'],
    ['/etc/passwd', '/etc/passwd'],
    ['//etc///passwd', '/etc/passwd'],
    ['etc/', '/etc'],
    ['./', '/'],
    ['.', '/'],
    ['/', '/'],
    ['', '/'],
    ['a/./b/.', '/a/b'],
    ['.hidden', '/.hidden'],
    ['...', '/...'],
    ['a/...', '/a/...'],
    ['..a/b..', '/..a/b..'],
    ['a/.wh.b', '/a/.wh.b'],
    ['a/.wh..wh..opq', '/a/.wh..wh..opq'],
    ['.wh...', '/.wh...'],
    ['a b/c\td', '/a b/c\td'],
    ['caf\u00e9/\u{1f6a2}', '/caf\u00e9/\u{1f6a2}'],
    ['back\\slash', '/back\\\\slash'],
  ]
  for (const [name, path] of cases) assert.deepEqual(normal(name), [path, false], name)
})

test('two dots are resolved as text, stop at the root, and are told', () => {
  const cases: [string, string][] = [
    ['..', '/'],
    ['../', '/'],
    ['../../etc/shadow', '/etc/shadow'],
    ['a/../b', '/b'],
    ['a/b/../../c', '/c'],
    ['a/b/..', '/a'],
    ['/..//../a', '/a'],
    ['a/./../..', '/'],
    ['caf\u00e9/../x\\', '/x\\\\'],
  ]
  for (const [name, path] of cases) assert.deepEqual(normal(name), [path, true], name)
})

test('a byte that is no UTF-8 is kept as an escape', () => {
  assert.equal(normalisePath(Buffer.from('./caf\xe9/x', 'latin1')).path, '/caf\\xE9/x')
})

test('names longer than any before are read whole', () => {
  // as long as the room there is at first, without the slash that is added
  assert.equal(normal('n'.repeat(4096))[0], `/${'n'.repeat(4096)}`)
  const part = 'd'.repeat(200)
  for (const count of [20, 21, 100, 500, 3]) {
    const name = Array.from({ length: count }, () => part).join('/')
    assert.equal(normal(name)[0], `/${name}`)
  }
})

test('it is the same as cutting the text at slashes', () => {
  const part = fc.oneof(
    fc.constantFrom('', '.', '..', '...', 'a', 'usr', '.wh.x', '\\'),
    fc.string({ unit: 'binary', maxLength: 4 }).filter(text => !text.includes('/')),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), parts => {
      const stack: string[] = []
      for (const one of parts) {
        if (one === '..') stack.pop()
        else if (one !== '' && one !== '.') stack.push(pathFromBytes(Buffer.from(one)))
      }
      const expected = [`/${stack.join('/')}`, parts.includes('..')]
      assert.deepEqual(normal(parts.join('/')), expected)
    }),
    { seed: 20261121, numRuns: 300 },
  )
})
