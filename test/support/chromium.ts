/** A real browser for tests, driven over its DevTools protocol: no library between. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Page {
  /** Opens a file and waits until its program has drawn. Milliseconds since the navigation began. */
  open(path: string): Promise<number>
  /** The value of an expression, as JSON carries it. */
  evaluate<T>(expression: string): Promise<T>
  press(key: string): Promise<void>
  setScheme(scheme: 'light' | 'dark'): Promise<void>
  screenshot(): Promise<Buffer>
  /** Messages on the console, exceptions, and what the policy refused. */
  readonly errors: readonly string[]
  /** Addresses that the page asked for, itself apart. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

const SWITCHES = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
]
const KEYS: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
}

type Params = Readonly<Record<string, unknown>>
interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Params
  readonly result?: Params
  readonly error?: { readonly message: string }
}

/** @param program the browser's path */
export const startChromium = async (program: string): Promise<Page> => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-chromium-'))
  const browser = spawn(program, [...SWITCHES, `--user-data-dir=${folder}`, 'about:blank'], {
    stdio: 'ignore',
  })
  const port = await portOf(browser, join(folder, 'DevToolsActivePort'))
  const socket = await connect(port)
  const errors: string[] = []
  const requests: string[] = []
  const send = protocol(socket, ({ method, params }) => {
    if (
      method === 'Runtime.exceptionThrown' ||
      method === 'Log.entryAdded' ||
      method === 'Runtime.consoleAPICalled'
    )
      errors.push(JSON.stringify(params))
    const url = method === 'Network.requestWillBeSent' ? (params!.request as { url: string }).url : null
    if (url !== null) requests.push(url)
  })
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true })
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { value: T }).value
  }
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`)
  await send('Emulation.setDeviceMetricsOverride', {
    width: 1280,
    height: 1000,
    deviceScaleFactor: 1,
    mobile: false,
  })
  return {
    errors,
    requests,
    evaluate,
    open: async path => {
      const start = performance.now()
      await send('Page.navigate', { url: `file://${path}` })
      await until(
        () =>
          evaluate(
            `document.documentElement?.dataset.ready === 'true' && !!document.querySelector('.tile, .nothing')`,
          ),
        'the page did not draw',
      )
      const passed = performance.now() - start
      // the page itself is no request of the page
      requests.splice(0, requests.length, ...requests.filter(url => url !== `file://${path}`))
      return passed
    },
    press: async key => {
      const event = {
        key,
        code: key,
        windowsVirtualKeyCode: KEYS[key],
        ...(key === 'Enter' ? { text: '\r' } : {}),
      }
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...event })
      await send('Input.dispatchKeyEvent', {
        type: 'keyUp',
        key,
        code: key,
        windowsVirtualKeyCode: KEYS[key],
      })
    },
    setScheme: async value => {
      await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
    },
    screenshot: async () =>
      Buffer.from((await send('Page.captureScreenshot', { format: 'png' })).data as string, 'base64'),
    close: async () => {
      const ended = new Promise(resolve => browser.once('exit', resolve))
      await send('Browser.close').catch(() => browser.kill())
      await ended
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}

const portOf = async (browser: ChildProcess, file: string): Promise<string> => {
  await until(() => {
    if (browser.exitCode !== null) throw new Error(`the browser ended with ${browser.exitCode}`)
    return existsSync(file) && readFileSync(file, 'utf8').includes('\n')
  }, 'the browser did not start')
  return readFileSync(file, 'utf8').split('\n')[0]!
}

const connect = async (port: string): Promise<WebSocket> => {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    type: string
    webSocketDebuggerUrl: string
  }[]
  const socket = new WebSocket(targets.find(({ type }) => type === 'page')!.webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  return socket
}

/** Sends commands and hands each its answer; what nobody asked for goes to `listen`. */
const protocol = (
  socket: WebSocket,
  listen: (message: Message) => void,
): ((method: string, params?: Params) => Promise<Params>) => {
  const waiting = new Map<number, (message: Message) => void>()
  let last = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message
    if (message.id === undefined) return listen(message)
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
  })
  socket.addEventListener('close', () => {
    for (const answer of waiting.values()) answer({ error: { message: 'the browser went away' } })
  })
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result ?? {}),
      )
      socket.send(JSON.stringify({ id: last, method, params }))
    })
}

const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const end = performance.now() + 20_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(what)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
