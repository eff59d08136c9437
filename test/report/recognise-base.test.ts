import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HistoryEntry } from '../../src/image/image.ts'
import { recogniseBase } from '../../src/report/recognise-base.ts'

const entry = (comment: string | null, emptyLayer = false): HistoryEntry => ({
  createdBy: '/bin/sh -c #(nop) COPY x',
  comment,
  emptyLayer,
})
const OLDER = [entry('Imported from -'), entry(null), entry('buildkit.dockerfile.v0', true)]

for (const [why, history, expected] of [
  [
    'a build by layers',
    [
      ...OLDER,
      entry('FROM docker.io/library/busybox:glibc'),
      entry('FROM 0f796aed82a9', true),
      entry('FROM 6bc2fe847ac9'),
    ],
    ['busybox:glibc', 2],
  ],
  [
    'a build into one layer',
    [...OLDER, entry(null, true), entry(null, true), entry('FROM ghcr.io/acme/base:1')],
    ['ghcr.io/acme/base:1', 2],
  ],
  [
    'a base image that podman built too',
    [
      entry(null),
      entry('FROM quay.io/a:1'),
      entry('FROM 0f796aed82a9'),
      entry('FROM localhost/mine:2'),
      entry('FROM 6bc2fe847ac9'),
    ],
    ['mine:2', 3],
  ],
  ['nothing below it', [entry('FROM scratch'), entry('FROM 0f796aed82a9')], ['scratch', 0]],
  [
    'another builder on top of a base image of podman',
    [entry(null), entry('FROM quay.io/a:1'), entry('buildkit.dockerfile.v0')],
    null,
  ],
  ['the legacy builder on top of it', [entry(null), entry('FROM quay.io/a:1'), entry(null)], null],
  ['BuildKit alone', OLDER, null],
  ['no history', [], null],
  ['words that are no name', [entry('FROM what you like')], null],
] as const)
  test(`the base image by its history: ${why}`, () => {
    const found = recogniseBase(history)
    assert.deepEqual(found && [found.name, found.layers], expected)
  })
