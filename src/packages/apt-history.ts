/** What apt's log says about who wanted a package (apt's `History` log, measured on Debian 12). */
import { readStanzas } from './stanzas.ts'

/**
 * By `name:architecture`: true where somebody asked for the package, false where it came as a dependency. The last
 * entry counts. A package of all architectures is filed under the machine's own.
 */
export const readAptHistory = (body: Buffer): ReadonlyMap<string, boolean> => {
  const asked = new Map<string, boolean>()
  for (const stanza of readStanzas(body.toString('utf8'), new Set(['Install']))) {
    // gcc:amd64 (4:12.2.0-3), cpp:amd64 (4:12.2.0-3, automatic)
    for (const [, name, more] of (stanza.get('Install') ?? '').matchAll(/([^\s,()]+) \(([^()]*)\)/g))
      asked.set(name!, !/, automatic$/.test(more!))
  }
  return asked
}
