/** What an image may want of a build at run time: the leftover becomes a hint that says who wants it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rules } from '../../src/rules/index.ts'
import { type Claim, createJudge } from '../../src/rules/run-rules.ts'
import { makePackage } from '../support/package.ts'
import { type FakeImage, makeRuleImage } from '../support/rule-image.ts'

const judgeGcc = (parts: FakeImage): Claim | null => {
  const gcc = makePackage({ name: 'gcc-12', section: 'devel' })
  const image = makeRuleImage({ ...parts, packages: [gcc, ...(parts.packages ?? [])] })
  return createJudge(rules, image)({ paths: ['/usr/bin/gcc-12'], sizeBytes: 1, mode: 0o755, owner: gcc })
}

test('a compiler that nothing wants is a leftover', () => {
  assert.equal(judgeGcc({ command: ['/app/server'] })?.certainty, 'leftover')
  assert.equal(judgeGcc({ packages: [makePackage({ name: 'python3' })] })?.certainty, 'leftover')
})

const WANT: readonly (readonly [name: string, parts: FakeImage, who: RegExp])[] = [
  ['dkms', { packages: [makePackage({ name: 'dkms' })] }, /^`dkms` builds kernel modules/],
  ['systemtap', { packages: [makePackage({ name: 'systemtap' })] }, /^`systemtap` compiles/],
  ['bpfcc', { packages: [makePackage({ name: 'bpfcc-tools' })] }, /^`bpfcc-tools` compiles/],
  [
    'R of Debian',
    { packages: [makePackage({ name: 'r-base-core' })] },
    /^`r-base-core` compiles the packages/,
  ],
  ['R of Alpine', { packages: [makePackage({ name: 'R', manager: 'apk' })] }, /^`R` compiles the packages/],
  ['torch.compile', { paths: ['/venv/lib/python3.12/site-packages/triton'] }, /^Triton/],
  ['a command that compiles', { command: ['sh', '-c', 'cc -o /tmp/a a.c && /tmp/a'] }, /runs `cc`\.$/],
  ['a command that builds', { command: ['make', 'serve'] }, /runs `make`\.$/],
  [
    'a start script that compiles',
    { command: ['/entrypoint.sh'], bodies: { '/entrypoint.sh': '#!/bin/sh\ngcc -o /tmp/a /a.c\n' } },
    /^`\/entrypoint\.sh` runs `gcc`\.$/,
  ],
]

for (const [name, parts, who] of WANT)
  test(`a compiler is a hint beside ${name}, with the reason`, () => {
    const claim = judgeGcc(parts)
    assert.equal(claim?.certainty, 'hint')
    assert.match(claim.reason, who)
  })
