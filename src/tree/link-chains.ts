/** Symbolic links that lead to symbolic links: how many in a row. */
import { LimitError } from '../errors.ts'
import { LIMITS } from '../limits.ts'

/**
 * Throws a LimitError for more links in a row than any system follows and anybody means. Each link is looked at once.
 * @param links every symbolic link
 * @param next the link that a link's target is, or null; what its parents are does not matter here
 */
export const checkLinkChains = <Link>(links: Iterable<Link>, next: (link: Link) => Link | null): void => {
  const lengths = new Map<Link, number>()
  for (const first of links) {
    const row: Link[] = []
    let at: Link | null = first
    while (at !== null && !lengths.has(at)) {
      // a circle is as long as it is; nobody who walks it gets anywhere
      lengths.set(at, 0)
      row.push(at)
      at = next(at)
    }
    let length = at === null ? 0 : lengths.get(at)!
    for (const link of row.reverse()) {
      length += 1
      lengths.set(link, length)
      if (length > LIMITS.linkChain)
        throw new LimitError(
          `more than ${LIMITS.linkChain} symbolic links from one to the next, which is the limit (linkChain)`,
        )
    }
  }
}
