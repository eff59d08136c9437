/** The sums that CONTRACT promises, checked on a report that was made. */
import assert from 'node:assert/strict'
import type { Finding, ImageReport } from '../../src/report/types.ts'

const sum = <T>(items: readonly T[], bytes: (item: T) => number): number =>
  items.reduce((total, item) => total + bytes(item), 0)

/** Findings that take more than there is would have a byte in common. */
const checkFindings = (
  findings: readonly Finding[],
  where: string,
  visible: number,
  hidden: number,
): void => {
  const seen = sum(findings, finding => finding.visible)
  const unseen = sum(findings, finding => finding.hidden)
  assert.ok(seen <= visible, `${where}: findings have ${seen} visible bytes of ${visible}`)
  assert.ok(unseen <= hidden, `${where}: findings have ${unseen} hidden bytes of ${hidden}`)
  const paths = findings.filter(({ visible }) => visible > 0).flatMap(finding => finding.paths)
  const whole = findings.filter(({ hidden }) => hidden === 0)
  const own = whole.flatMap(finding => finding.paths)
  assert.equal(new Set(own).size, own.length, `${where}: a path in two findings: ${paths.join()}`)
}

/** Throws where a sum of CONTRACT does not hold, or where two findings of a layer share a path or a byte. */
export const checkReport = ({ size, layers, findings, paths, hiddenPaths, image }: ImageReport): void => {
  assert.equal(
    sum(layers, layer => layer.content),
    size.content,
  )
  assert.equal(
    sum(layers, layer => layer.hidden),
    size.hidden,
  )
  assert.equal(size.visible + size.hidden, size.content)
  assert.equal(
    sum(paths, row => row.bytes),
    size.visible,
  )
  assert.equal(
    sum(paths, row => row.files),
    size.files,
  )
  assert.equal(
    sum(hiddenPaths, row => row.bytes),
    size.hidden,
  )
  for (const finding of findings) {
    assert.equal(finding.visible + finding.hidden, finding.bytes, finding.key)
    assert.ok(finding.bytes >= 0 && finding.files > 0, finding.key)
    assert.equal(finding.inherited, layers[finding.layer]!.inherited, finding.key)
  }
  const own = findings.filter(({ certainty, inherited }) => certainty === 'leftover' && inherited !== true)
  assert.equal(
    sum(own, finding => finding.bytes),
    size.leftovers,
  )
  const keys = findings.map(({ key, layer }) => `${key} ${layer}`)
  assert.equal(new Set(keys).size, keys.length, 'one finding for each rule, subject and layer')
  for (const { index, content, hidden } of layers)
    checkFindings(
      findings.filter(({ layer }) => layer === index),
      `layer ${index}`,
      content - hidden,
      hidden,
    )
  if (image.base === null) assert.deepEqual([size.own, size.inherited], [null, null])
  else assert.equal(size.own! + size.inherited!, size.content)
}
