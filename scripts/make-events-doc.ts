/**
 * Runs every event on the built action and writes what came of it into docs/events.md; `--check` compares. Needs `npm run
 * build`, docker's client and an engine (`DOCKER_HOST`, else /run/docker.sock).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventsPage } from '../test/events/events-page.ts'
import { runEvents } from '../test/events/run-events.ts'

const path = join(import.meta.dirname, '..', 'docs', 'events.md')
const results = await runEvents(process.env.DOCKER_HOST ?? 'unix:///run/docker.sock')

const page = eventsPage(results)
if (!process.argv.includes('--check')) writeFileSync(path, page)
else if (readFileSync(path, 'utf8') !== page) {
  console.error('docs/events.md is not what the events do: run "npm run events"')
  process.exitCode = 1
}
