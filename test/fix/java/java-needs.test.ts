import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { classStrings } from '../../../src/fix/java/class-strings.ts'
import { isOfJava, javaNeeds } from '../../../src/fix/java/java-needs.ts'
import { isTool, modulesNamedBy, modulesOfRelease } from '../../../src/fix/java/modules.ts'
import { readZip } from '../../../src/fix/java/read-zip.ts'

const utf8 = (text: string): Buffer => {
  const head = Buffer.from([1, 0, 0])
  head.writeUInt16BE(text.length, 1)
  return Buffer.concat([head, Buffer.from(text)])
}

/** A class file as far as its constant pool, with a `Long` in it, which takes two places. */
const classFile = (...texts: readonly string[]): Buffer => {
  const head = Buffer.alloc(10)
  head.writeUInt32BE(0xcafebabe)
  head.writeUInt16BE(texts.length + 3, 8)
  return Buffer.concat([head, Buffer.from([5, 0, 0, 0, 0, 0, 0, 0, 1]), ...texts.map(utf8)])
}

const zip = (
  members: Readonly<Record<string, Buffer>>,
  { deflated = true, comment = '' }: { deflated?: boolean; comment?: string } = {},
): Buffer => {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(members)) {
    const packed = deflated ? deflateRawSync(content) : content
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(name.length, 26)
    const row = Buffer.alloc(46)
    row.writeUInt32LE(0x02014b50)
    row.writeUInt16LE(deflated ? 8 : 0, 10)
    row.writeUInt32LE(packed.length, 20)
    row.writeUInt32LE(content.length, 24)
    row.writeUInt16LE(name.length, 28)
    row.writeUInt32LE(offset, 42)
    locals.push(local, Buffer.from(name), packed)
    central.push(row, Buffer.from(name))
    offset += 30 + name.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(Object.keys(members).length, 10)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...locals, ...central, end, Buffer.from(comment)])
}

const plenty = { bytes: 1e6 }

test('a class file gives the texts of its constant pool', () => {
  assert.deepEqual(classStrings(classFile('hello/Server', 'main')), ['hello/Server', 'main'])
})

test('what is no class file, or ends too early, gives nothing', () => {
  assert.equal(classStrings(Buffer.from('#!/bin/sh and more')), null)
  const whole = classFile('hello/Server')
  for (let length = 0; length < whole.length; length += 1)
    assert.equal(classStrings(whole.subarray(0, length)), null, `${length} bytes`)
})

test('a jar gives its members, stored or deflated, with a comment after its end', () => {
  for (const deflated of [true, false]) {
    const jar = zip(
      { 'a.class': Buffer.from('A'), 'b.txt': Buffer.from('B') },
      { deflated, comment: 'signed' },
    )
    const members = readZip(jar, isOfJava, { ...plenty })
    assert.deepEqual(
      members?.map(({ name, content }) => [name, content.toString()]),
      [['a.class', 'A']],
    )
  }
})

test('a jar that is cut off, lies about sizes or is too large is refused, never half read', () => {
  const jar = zip({ 'a.class': Buffer.alloc(1000, 'A') })
  for (let length = 0; length < jar.length; length += 1)
    assert.equal(readZip(jar.subarray(0, length), isOfJava, { ...plenty }), null, `${length} bytes`)
  assert.equal(readZip(jar, isOfJava, { bytes: 999 }), null)
  const liar = Buffer.from(jar)
  liar.writeUInt32LE(10, liar.length - 22 - 'a.class'.length - 46 + 24)
  assert.equal(readZip(liar, isOfJava, { ...plenty }), null)
})

const NAMED: readonly (readonly [text: string, ...modules: readonly string[]])[] = [
  ['com/sun/net/httpserver/HttpServer', 'jdk.httpserver'],
  ['(Lcom/sun/net/httpserver/HttpExchange;Ljava/sql/Connection;)V', 'jdk.httpserver', 'java.sql'],
  ['com.sun.net.httpserver.HttpServer', 'jdk.httpserver'],
  ['javax/sql/rowset/CachedRowSet', 'java.sql.rowset'],
  ['javax/sql/DataSource', 'java.sql'],
  ['org/w3c/dom/xpath/XPathEvaluator', 'jdk.xml.dom'],
  ['org/w3c/dom/Document', 'java.xml'],
  ['java/util/logging/Logger', 'java.logging'],
  ['java/util/List'],
  ['javax/crypto/Cipher'],
  ['my/java/sql/Thing'],
  ['getSystemJavaCompiler', 'jdk.compiler'],
  ['forLanguageTag', 'jdk.localedata'],
]

for (const [text, ...modules] of NAMED)
  test(`${text} asks for ${modules.join(' and ') || 'no module beside java.base'}`, () => {
    assert.deepEqual(modulesNamedBy(text), modules)
  })

test('classes are found in jars in jars, and what cannot be read is told', () => {
  const inner = zip({ 'x/Http.class': classFile('com/sun/net/httpserver/HttpServer') })
  const outer = zip(
    { 'BOOT-INF/lib/x.jar': inner, 'A.class': classFile('java/sql/Driver') },
    { deflated: false },
  )
  const files = new Map([
    ['/app/a.jar', outer],
    ['/app/B.class', classFile('javax/naming/Context')],
  ])
  const needs = javaNeeds(files)
  assert.equal(needs.unread, null)
  assert.deepEqual(
    [...needs.modules],
    [
      ['jdk.httpserver', '/app/a.jar'],
      ['java.sql', '/app/a.jar'],
      ['java.naming', '/app/B.class'],
    ],
  )
  assert.equal(javaNeeds(new Map([['/app/c.jar', Buffer.from('nothing of the kind')]])).unread, '/app/c.jar')
})

test('the release file lists modules, and tools are none that a program asks for', () => {
  assert.deepEqual(modulesOfRelease('JAVA_VERSION="25"\nMODULES="java.base jdk.jlink"\n'), [
    'java.base',
    'jdk.jlink',
  ])
  assert.equal(modulesOfRelease('JAVA_VERSION="1.8.0"\n'), null)
  assert.deepEqual(['jdk.jlink', 'jdk.internal.le', 'jdk.compiler', 'java.sql'].map(isTool), [
    true,
    true,
    false,
    false,
  ])
})
