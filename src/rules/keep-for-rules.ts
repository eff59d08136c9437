/** Which files the rules want to read. Everything else is known by name, size, mode and hash alone. */
import { keepForNode } from '../packages/node-lockfile.ts'
import { keepForSecrets } from './secret-kinds.ts'

const MANIFEST_BYTES = 1_000_000
const SCRIPT_BYTES = 64 * 1024

/** What an ENTRYPOINT or a CMD names, most likely: a shell script, or a file named for what it starts. */
const SCRIPT = /\.sh$|entrypoint[^/]*$|\/(start|run|boot|init|launch|serve|cmd|server|docker-start)[\w-]*$/
const DEEP_INSIDE =
  /\/(node_modules|site-packages|dist-packages|gems|pkg\/mod|registry|\.git|doc|rustlib|testdata)\//

/**
 * True for a file whose content the rules read.
 * @param path absolute
 * @param sizeBytes bytes of content
 */
export const keepForRules = (path: string, sizeBytes: number): boolean => {
  if (keepForNode(path, sizeBytes)) return true
  if (keepForSecrets(path, sizeBytes)) return true
  const isWanted = path.endsWith('/package.json')
    ? sizeBytes <= MANIFEST_BYTES
    : sizeBytes <= SCRIPT_BYTES && SCRIPT.test(path)
  return isWanted && !DEEP_INSIDE.test(path)
}
