/** Real ELF files against readelf, and what is left of them when bytes are missing or wrong. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { createElfCapture } from '../../src/elf/elf-capture.ts'
import { elfFacts, isElf } from '../../src/elf/elf-facts.ts'
import type { ElfExamined, ElfFacts } from '../../src/elf/elf-types.ts'
import { makeElfFile } from '../support/make-elf.ts'
import { needProgram } from '../support/need.ts'

const whole = (bytes: Uint8Array): ElfFacts => elfFacts([{ offset: 0, bytes }])

const captured = (bytes: Uint8Array, chunkBytes: number): ElfFacts => {
  const capture = createElfCapture()
  capture.begin(bytes.length)
  for (let at = 0; at < bytes.length; at += chunkBytes) capture.write(bytes.subarray(at, at + chunkBytes))
  return capture.end()
}

/** Files of this machine: programs, the C library, what was linked by Go, Rust and Node.js. */
const candidates = (): string[] => {
  const folders = [
    '/lib/x86_64-linux-gnu',
    '/usr/lib/x86_64-linux-gnu',
    '/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/bin',
  ]
  const some = folders.flatMap(folder =>
    existsSync(folder)
      ? readdirSync(folder)
          .sort()
          .filter(name =>
            /^(lib(c|m|stdc\+\+|ssl|crypto|z|gcc_s|tinfo|sqlite3|mariadb|icudata)\.so|ls$|bash$|git$|perl$|ctr$)/.test(
              name,
            ),
          )
          .map(name => join(folder, name))
      : [],
  )
  const others = [
    process.execPath,
    '/usr/local/go/bin/go',
    '/usr/local/go/bin/gofmt',
    '/usr/bin/dockerd',
    '/usr/bin/rustc',
  ]
  const files = [...some, ...others]
    .filter(path => existsSync(path) && statSync(path).isFile())
    .map(path => realpathSync(path))
  return [...new Set(files)].filter(path => isElf(readFileSync(path).subarray(0, 4)))
}

const readelf = (program: string, option: string, path: string): string =>
  execFileSync(program, [option, '-W', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(match => match[1]!)

const MACHINES: Readonly<Record<string, number>> = {
  'Advanced Micro Devices X86-64': 62,
  AArch64: 183,
  'Intel 80386': 3,
}

/** What readelf says, in our words. */
const oracle = (program: string, path: string): Partial<ElfExamined> => {
  const header = readelf(program, '-h', path)
  const dynamic = readelf(program, '-d', path)
  const versions = readelf(program, '-V', path)
  const [, needs = ''] = /Version needs section([\s\S]*)/.exec(versions) ?? []
  const [, definitions = ''] = /Version definition section([\s\S]*?)(?:\n\n|$)/.exec(versions) ?? []
  const verneed: { library: string; versions: string[] }[] = []
  for (const line of needs.split('\n')) {
    const library = /File: (\S+)/.exec(line)?.[1]
    if (library) verneed.push({ library, versions: [] })
    const [, name, flags] = /Name: (\S+)\s+Flags: (.*?)\s+Version:/.exec(line) ?? []
    if (name && !flags!.includes('WEAK')) verneed.at(-1)!.versions.push(name)
  }
  return {
    class: header.includes('ELF64') ? 64 : 32,
    machine: MACHINES[/Machine:\s+(.*)/.exec(header)![1]!.trim()] ?? -1,
    type: /Type:\s+EXEC/.test(header) ? 'executable' : 'shared',
    interpreter: /Requesting program interpreter: (.*)\]/.exec(readelf(program, '-l', path))?.[1] ?? null,
    needed: all(dynamic, /\(NEEDED\).*\[(.*)\]/g),
    soname: all(dynamic, /\(SONAME\).*\[(.*)\]/g)[0] ?? null,
    runpath: all(dynamic, /\(RUNPATH\).*\[(.*)\]/g).flatMap(text => text.split(':')),
    rpath: all(dynamic, /\(RPATH\).*\[(.*)\]/g).flatMap(text => text.split(':')),
    verneed,
    verdef: definitions
      .split('\n')
      .filter(line => /Rev:/.test(line) && !/Flags: BASE/.test(line))
      .flatMap(line => /Name: (\S+)/.exec(line)?.[1] ?? []),
  }
}

const needFiles = (t: TestContext): string[] => {
  const files = candidates()
  assert.ok(files.length >= 1, `${t.name}: not even Node.js is an ELF file here`)
  return files
}

test('what is read of the files of this machine is what readelf says', t => {
  const program = needProgram(t, 'readelf')
  if (!program) return
  const files = needFiles(t)
  for (const path of files) {
    const facts = captured(readFileSync(path), 64 * 1024)
    assert.ok(facts.examined, `${path}: ${facts.examined ? '' : facts.why}`)
    const expected = oracle(program, path)
    for (const [name, value] of Object.entries(expected))
      assert.deepEqual(facts[name as keyof ElfExamined], value, `${path}: ${name}`)
  }
  t.diagnostic(`${files.length} files`)
})

test('one pass keeps all that matters, whatever the chunks', t => {
  for (const path of needFiles(t)) {
    const bytes = readFileSync(path)
    const expected = whole(bytes)
    for (const chunkBytes of bytes.length > 5e6 ? [1 << 20] : [4093, 65_536, bytes.length]) {
      const facts = captured(bytes, chunkBytes)
      assert.deepEqual(facts, expected, `${path} in chunks of ${chunkBytes}`)
    }
  }
})

test('a program of Go is told from others', t => {
  if (!existsSync('/usr/local/go/bin/go')) return t.skip('Go is not installed here')
  const facts = captured(readFileSync('/usr/local/go/bin/go'), 65_536)
  assert.equal(facts.examined && facts.isGo, true)
  const node = captured(readFileSync(process.execPath), 65_536)
  assert.equal(node.examined && node.isGo, false)
})

/** A small real file: everything lies in the part that is always kept. */
const small = (): Buffer | null => {
  const path = candidates().find(each => statSync(each).size < 400_000)
  return path ? readFileSync(path) : null
}

test('a file that ends early is not examined, or read as far as it goes, and never throws', () => {
  const bytes = small() ?? readFileSync(process.execPath).subarray(0, 300_000)
  for (let length = 0; length < bytes.length; length += 997) {
    const facts = captured(bytes.subarray(0, length), 4096)
    if (!facts.examined) assert.match(facts.why, /^(it|its|the) /)
  }
})

test('bytes that were changed never throw, and never make more work than the file is long', () => {
  const bytes = small() ?? readFileSync(process.execPath).subarray(0, 300_000)
  const header = bytes.subarray(0, 1024).length
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(fc.nat(header - 1), fc.nat(bytes.length - 1)), fc.nat(255)), {
        minLength: 1,
        maxLength: 40,
      }),
      changes => {
        const copy = Buffer.from(bytes)
        for (const [at, value] of changes) if (at > 3) copy[at] = value
        const started = process.hrtime.bigint()
        const facts = captured(copy, 65_536)
        assert.ok(typeof facts.examined === 'boolean')
        assert.ok(Number(process.hrtime.bigint() - started) < 2e9)
      },
    ),
    { numRuns: 400 },
  )
})

test('random bytes behind the magic are refused with a reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), noise => {
      const facts = captured(Buffer.concat([Buffer.from('\x7fELF', 'latin1'), noise]), 512)
      if (!facts.examined) assert.ok(facts.why.length > 0)
    }),
    { numRuns: 300 },
  )
})

for (const made of [
  { class: 64, isLittleEndian: true, machine: 62 },
  { class: 64, isLittleEndian: false, machine: 22 },
  { class: 32, isLittleEndian: true, machine: 40 },
  { class: 32, isLittleEndian: false, machine: 20 },
] as const) {
  test(`${made.class}-bit files with the ${made.isLittleEndian ? 'low' : 'high'} byte first are read`, () => {
    const facts = captured(makeElfFile(made, 2048, 20_000), 1000)
    assert.deepEqual(facts.examined && facts, {
      examined: true,
      class: made.class,
      machine: made.machine,
      type: 'shared',
      osAbi: 0,
      interpreter: null,
      isGo: false,
      isStatic: false,
      needed: ['libone.so.1'],
      soname: 'libme.so.2',
      rpath: [],
      runpath: ['$ORIGIN/../lib', '/opt/lib'],
      verneed: [],
      verdef: [],
    })
  })
}

test('strings are found wherever they are, except in the middle of a file that nothing points to in time', () => {
  const made = { class: 64, isLittleEndian: true, machine: 62 } as const
  const megabytes = 20
  const cases: readonly (readonly [string, number, boolean])[] = [
    ['in the first megabyte', 500_000, true],
    ['in the first segment', 10e6, true],
    ['at the end, as patchelf writes them', megabytes * 1e6 - 2000, true],
    ['behind what is kept and before the dynamic section', 15e6, false],
  ]
  for (const [where, stringsAt, isFound] of cases) {
    const facts = captured(makeElfFile(made, stringsAt, megabytes * 1e6), 128 * 1024)
    assert.equal(facts.examined, isFound, where)
    if (!facts.examined) assert.deepEqual(facts.header, { class: 64, machine: 62, type: 'shared' })
    else assert.deepEqual(facts.needed, ['libone.so.1'])
  }
})
