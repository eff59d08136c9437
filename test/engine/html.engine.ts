/** `report.html` in a real browser: fast, silent, without a network, harmless whatever files are called, and by keyboard. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { renderHtml } from '../../src/render/html.ts'
import type { ImageReport } from '../../src/report/types.ts'
import { type Page, startChromium } from '../support/chromium.ts'
import { buildSeed, plimsoll } from '../support/engine.ts'
import { needEngine, needProgram, needShared } from '../support/need.ts'
import { makeFinding, makeLayer, makePathRow, makeReport } from '../support/report-factory.ts'
import { naughtyStrings } from '../support/strings.ts'

const withPage = async (
  t: TestContext,
  use: (page: Page, folder: string) => Promise<void>,
): Promise<void> => {
  const program = needProgram(t, 'chromium')
  if (!program) return
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-html-'))
  const page = await startChromium(program)
  try {
    await use(page, folder)
    assert.deepEqual(page.errors, [], 'nothing on the console')
    assert.deepEqual(page.requests, [], 'no request')
  } finally {
    await page.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Where a person finds what the browser drew: named on the output. */
const keepScreenshots = async (t: TestContext, page: Page, name: string): Promise<void> => {
  const folder = process.env.PLIMSOLL_SCREENSHOTS ?? join(tmpdir(), 'plimsoll-screenshots')
  mkdirSync(folder, { recursive: true })
  const sizes: number[] = []
  for (const scheme of ['light', 'dark'] as const) {
    await page.setScheme(scheme)
    const picture = await page.screenshot()
    sizes.push(picture.length)
    const path = join(folder, `${name}-${scheme}.png`)
    writeFileSync(path, picture)
    t.diagnostic(`screenshot: ${path}`)
  }
  assert.ok(
    sizes.every(size => size > 20_000),
    'a map was drawn',
  )
}

const focused = 'document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent'
const trail = '[...document.querySelectorAll("#path li")].map(item => item.textContent)'

test('the report of an image of more than a gigabyte opens in less than two seconds', async t => {
  const [seeds, host] = [needShared(t, 'seeds'), needEngine(t, 'modern')]
  if (!seeds || !host) return
  await withPage(t, async (page, folder) => {
    for (const variant of ['multi', 'single']) {
      const tag = await buildSeed(host, seeds, 'go-alpine', variant)
      const { status, stderr } = await plimsoll(
        ['inspect', `docker://${tag}`, '--json', '--output', join(folder, `${variant}.json`)],
        { host },
      )
      assert.equal(status, 0, stderr)
    }
    const [base, head] = ['multi', 'single'].map(
      variant => JSON.parse(readFileSync(join(folder, `${variant}.json`), 'utf8')) as ImageReport,
    )
    assert.ok(head!.size.content > 1.2e9)
    const path = join(folder, 'report.html')
    const html = renderHtml(head!, { base: base!, head: head! }, { name: 'go-alpine', version: '1.0.0' })
    assert.ok(Buffer.byteLength(html) < 500_000, `${Buffer.byteLength(html)} bytes`)
    writeFileSync(path, html)
    const passedMs = await page.open(path)
    t.diagnostic(`${Buffer.byteLength(html)} bytes, drawn after ${Math.round(passedMs)} ms`)
    assert.ok(passedMs < 2000, `${passedMs} ms`)
    assert.ok((await page.evaluate<number>('document.querySelectorAll(".tile").length')) > 100)
    assert.ok((await page.evaluate<number>('document.querySelectorAll(".part.added").length')) > 50)
    await keepScreenshots(t, page, 'go-alpine')
  })
})

test('file names that broke other programs are shown as they are and do nothing', async t => {
  const strings = naughtyStrings(t)
  if (!strings) return
  await withPage(t, async (page, folder) => {
    const paths = strings.map((text, i) =>
      makePathRow(`/${i}/${text.replaceAll('/', '')}`, 1000 * (i + 1), { owner: `dpkg:${text}` }),
    )
    const head = makeReport({
      layers: [makeLayer({ index: 0, content: 1, instruction: strings.join(' ') })],
      paths,
      findings: strings.map(text => makeFinding({ subject: text, title: text, reason: text })),
    })
    const path = join(folder, 'report.html')
    writeFileSync(path, renderHtml(head, { base: null, head }, { name: strings.join(' '), version: '1.0.0' }))
    await page.open(path)
    for (const group of ['package', 'line', 'directory'])
      await page.evaluate(`document.querySelector('input[value=${group}]').click()`)
    await page.evaluate(
      `{ const search = document.querySelector('#search'); search.value = 'script'; search.dispatchEvent(new Event('input')) }`,
    )
    const count = (selector: string): Promise<number> =>
      page.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`)
    assert.ok((await count('#contents tr')) > 5, 'they are found')
    assert.equal(await count('script'), 2)
    assert.equal(await count('img, iframe, svg, object, embed, link, base, a, body [style*=url]'), 0)
    assert.equal(
      await page.evaluate(
        '[...document.querySelectorAll("*")].some(e => e.getAttributeNames().some(n => n.startsWith("on")))',
      ),
      false,
    )
    await keepScreenshots(t, page, 'hostile-names')
  })
})

test('the map is used with the keyboard alone', async t => {
  await withPage(t, async (page, folder) => {
    const base = makeReport({
      paths: [makePathRow('/usr/lib/libc.so', 400_000), makePathRow('/usr/lib/old.so', 150_000)],
    })
    const head = makeReport({
      paths: [
        makePathRow('/usr/lib/libc.so', 400_000),
        makePathRow('/usr/bin/gcc', 300_000),
        makePathRow('/opt/data', 200_000),
      ],
    })
    const path = join(folder, 'report.html')
    writeFileSync(path, renderHtml(head, { base, head }, { name: 'small', version: '1.0.0' }))
    await page.open(path)
    // by Tab alone: the two choices, the search, one tile of the map
    const stops: string[] = []
    for (let i = 0; i < 4; i += 1) {
      await page.press('Tab')
      stops.push(await page.evaluate('document.activeElement.value ?? document.activeElement.id'))
    }
    assert.deepEqual(stops.slice(0, 2), ['directory', 'both'])
    assert.match(
      await page.evaluate(focused),
      /^usr, head 700\.0 kB, base 550\.0 kB, added 300\.0 kB, removed 150\.0 kB, opens$/,
    )
    assert.notEqual(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none')
    const covered = `[...document.querySelectorAll('.leaf')].filter(leaf => {
      const { x, y, width, height } = leaf.getBoundingClientRect()
      return document.elementFromPoint(x + width / 2, y + height / 2)?.closest('button') !== leaf
    }).length`
    assert.equal(await page.evaluate(covered), 0, 'a frame with the focus covers nothing')
    await page.press('Enter')
    assert.deepEqual(await page.evaluate(trail), ['/', 'usr'])
    assert.match(await page.evaluate(focused), /^lib, /, 'the focus goes on inside')
    await page.press('ArrowRight')
    const beside = await page.evaluate<string>(focused)
    assert.doesNotMatch(beside, /^lib, /)
    await page.press('Escape')
    assert.deepEqual(await page.evaluate(trail), ['/'])
    assert.match(await page.evaluate(focused), /^usr, /, 'and back to where it came from')
    await page.press('Tab')
    await page.evaluate(`document.querySelector('#search').focus()`)
    await page.evaluate(
      `{ const search = document.querySelector('#search'); search.value = 'gcc'; search.dispatchEvent(new Event('input')) }`,
    )
    assert.equal(
      await page.evaluate('document.querySelector("#contents-caption").textContent'),
      '1 found for “gcc”',
    )
    await page.press('Enter')
    assert.match(await page.evaluate(focused), /^gcc, head 300\.0 kB, base 0 B, added 300\.0 kB$/)
    // not by colour alone
    const words = await page.evaluate<string>('document.querySelector("#map").textContent')
    assert.match(words, /gcc\+300\.0 kB/)
    await page.evaluate(`document.querySelector('input[value=change]').click()`)
    await page.evaluate(`document.querySelector('#path button').click()`)
    assert.match(await page.evaluate('document.querySelector("#map").textContent'), /old\.so−150\.0 kB/)
    await keepScreenshots(t, page, 'keyboard')
  })
})
