/** `--format html` and `report.html`: one file that needs no network, with a map of base and head. */
import { isLeftover, totalBytes } from '../report/finding.ts'
import type { ImageReport, Review } from '../report/types.ts'
import { formatBytes } from '../units.ts'
import { MIN_CHANGE_BYTES } from './context.ts'
import { html } from './escape/html.ts'
import { shorten, visible } from './escape/visible.ts'
import { findingsTable } from './html/findings-table.ts'
import page from './html/page.generated.json' with { type: 'json' }
import { pageJson } from './html/page-data.ts'
import { headlineOf } from './model/headline.ts'

/** The reports that the subject was made from; their rows of paths are the map. */
export interface HtmlReports {
  readonly base: ImageReport | null
  readonly head: ImageReport
}

export interface HtmlContext {
  /** The image's name for people. */
  readonly name: string
  /** Plimsoll's version. */
  readonly version: string
  /** `min-change`; default: 10 kB. */
  readonly minChangeBytes?: number
}

/**
 * Data is in the page as escaped text and as JSON that is no markup; the program makes text of it. The page may run
 * that one program and load nothing (Content-Security-Policy).
 */
export const renderHtml = (
  subject: Review | ImageReport,
  { base, head }: HtmlReports,
  context: HtmlContext,
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${page.scriptHash}'; style-src '${page.styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html(shorten(context.name, 100))}: image size</title>
<style>${page.style}</style>
</head>
<body>
<header>
<h1>${html(headline(subject, context))}</h1>
${sides(base, head)}${verdict(subject)}</header>
<main>
${controls(base !== null)}
<noscript><p>The map is drawn by a program in this page, and this viewer does not run it. The findings below need none.</p></noscript>
<div class="bar"><nav aria-label="Where in the image"><ol id="path"></ol></nav>${legend(base !== null)}</div>
<div id="map" role="group" aria-label="Map of the image: arrow keys move, Enter opens, Escape goes back"></div>
<div id="details"></div>
<p id="status" class="sr" role="status"></p>
<section aria-label="Contents">
<table>
<caption id="contents-caption"></caption>
<thead><tr><th scope="col">Name</th>${base === null ? '<th scope="col" class="n">Size</th>' : '<th scope="col" class="n">Base</th><th scope="col" class="n">Head</th><th scope="col" class="n">Change</th>'}</tr></thead>
<tbody id="contents"></tbody>
</table>
<p id="contents-more" class="foot"></p>
</section>
${findingsTable(subject)}</main>
<p class="foot">Sizes are uncompressed content bytes; small files are counted by their directory. Plimsoll ${html(context.version)}</p>
<script type="application/json" id="data">${pageJson(base, head)}</script>
<script>${page.script}</script>
</body>
</html>
`

const headline = (subject: Review | ImageReport, { name, minChangeBytes }: HtmlContext): string =>
  'verdict' in subject
    ? headlineOf(subject, minChangeBytes ?? MIN_CHANGE_BYTES, shorten(visible(name), 100), visible).text
    : `Image size of ${shorten(visible(name), 100)}: ${formatBytes(subject.size.content)}`

const sides = (base: ImageReport | null, head: ImageReport): string => {
  const side = (label: string, { image, size, findings }: ImageReport): string => {
    const inherited = totalBytes(findings.filter(each => isLeftover(each) && each.inherited === true))
    const facts = [
      `${label} <code>${html(shorten(image.source, 200))}</code> ${formatBytes(size.content)}`,
      ...(size.hidden > 0 ? [`${formatBytes(size.hidden)} of it hidden`] : []),
      ...(size.leftovers > 0 ? [`${formatBytes(size.leftovers)} build leftovers`] : []),
      ...(inherited > 0 ? [`${formatBytes(inherited)} leftovers in its base image`] : []),
    ]
    return `<p class="sides">${facts.join(' · ')}</p>\n`
  }
  return `${base ? side('base', base) : ''}${side(base ? 'head' : 'image', head)}`
}

const verdict = (subject: Review | ImageReport): string =>
  'verdict' in subject
    ? subject.reasons
        .slice(0, 20)
        .map(reason => `<p class="verdict-${subject.verdict}">${html(shorten(reason, 300))}</p>\n`)
        .join('')
    : ''

type Choice = readonly [value: string, label: string]

const GROUPS: readonly Choice[] = [
  ['directory', 'Directory'],
  ['package', 'Package'],
  ['line', 'Dockerfile line'],
]

const SHOWS: readonly Choice[] = [
  ['both', 'Base and head'],
  ['head', 'Head'],
  ['base', 'Base'],
  ['change', 'Changes'],
]

const controls = (hasBase: boolean): string =>
  `<form class="controls">
${choices('group', 'By', GROUPS)}
${hasBase ? choices('show', 'Show', SHOWS) : ''}
<label class="search">Search <input type="search" id="search" placeholder="path or package ( / )" autocomplete="off" spellcheck="false"></label>
</form>`

const choices = (name: string, label: string, values: readonly Choice[]): string => {
  const inputs = values.map(
    ([value, text], i) =>
      `<label class="choice"><input type="radio" name="${name}" value="${value}" autocomplete="off"${i === 0 ? ' checked' : ''}><span>${text}</span></label>`,
  )
  return `<fieldset><legend>${label}</legend>${inputs.join('')}</fieldset>`
}

const legend = (hasBase: boolean): string => {
  const change = hasBase
    ? '<li><i></i>as in base</li><li><i class="k-added"></i>+ added</li><li><i class="k-removed"></i>− removed</li>'
    : ''
  return `<ul class="legend">${change}<li><i class="k-leftover"></i>build leftover</li><li><i class="k-hidden"></i>hidden, still shipped</li></ul>`
}
