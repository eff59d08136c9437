import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSharedPrefix, nearestRoot, outermost } from '../../src/rules/match.ts'
import { makeRuleImage } from '../support/rule-image.ts'

const rooted = (...roots: string[]) => roots.map(root => ({ root }))

test('the nearest root is the innermost directory around a path, and of equal ones the first', () => {
  const nearest = nearestRoot([
    { root: '/a', is: 'outer' },
    { root: '/a/b/c', is: 'inner' },
    { root: '/a', is: 'later' },
  ])
  const cases: readonly [path: string, is: string | undefined][] = [
    ['/a/x', 'outer'],
    ['/a/b/x', 'outer'],
    ['/a/b/c/x', 'inner'],
    ['/a/b/c/d/e/x', 'inner'],
    ['/a/b/x', 'outer'],
    // a root does not lie in itself, and a beginning of a name is no directory
    ['/a/b/c', 'outer'],
    ['/a', undefined],
    ['/ab/x', undefined],
    ['/x', undefined],
    ['/y/z/x', undefined],
    ['/y/z/x', undefined],
  ]
  for (const [path, is] of cases) assert.equal(nearest(path)?.is, is, path)
  assert.equal(nearestRoot(rooted('/'))('/a/b')?.root, '/')
  assert.equal(nearestRoot(rooted('/'))('/a')?.root, '/')
  assert.equal(nearestRoot([])('/a/b'), null)
})

test('the nearest of very many roots is found at once, and more directories than are remembered do no harm', () => {
  const roots = Array.from({ length: 50_000 }, (_, at) => `/src/${at}/project`)
  const nearest = nearestRoot(rooted('/src', ...roots))
  const start = performance.now()
  for (const [at, root] of roots.entries()) {
    assert.equal(nearest(`${root}/lib/x`)?.root, root)
    assert.equal(nearest(`/src/${at}/other/x`)?.root, '/src')
    assert.equal(nearest(`/opt/${at}/x`), null)
  }

  assert.equal(nearest(`/src/1/project${'/d'.repeat(500)}/x`)?.root, '/src/1/project')
  assert.equal(nearestRoot(rooted('/opt'))(`/opt${'/d'.repeat(2000)}/x`)?.root, '/opt')
  assert.ok(performance.now() - start < 10_000)
})

test('the outermost of nested directories', () => {
  const found = outermost(rooted('/a/b', '/a', '/ab', '/c/d', '/c/d/e/f')).map(({ root }) => root)
  assert.deepEqual(found, ['/a', '/ab', '/c/d'])
  assert.deepEqual(outermost(rooted('/', '/a')), rooted('/'))
})

test('what many programs share', () => {
  const image = makeRuleImage({
    paths: ['/opt/conda/conda-meta/history', '/srv/venv/pyvenv.cfg', '/opt/py/bin/python3', '/opt/go/bin/go'],
  })
  for (const root of ['', '/', '/usr', '/usr/local', '/home/a', '/opt/conda', '/srv/venv', '/opt/py'])
    assert.equal(isSharedPrefix(image, root), true, root)
  for (const root of ['/opt/go', '/opt/conda/go', '/usr/local/go'])
    assert.equal(isSharedPrefix(image, root), false, root)
})
