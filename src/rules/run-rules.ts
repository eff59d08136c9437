/** Runs the rules over the blobs of an image. */
import type { Package } from '../packages/package.ts'
import { imagePurpose } from './image-purpose.ts'
import { type FileMatcher, isSystemOwned } from './match.ts'
import { once, remember } from './once.ts'
import { claimPackages, packageKey } from './package-claims.ts'
import type { Category, Certainty, Rule, RuleFile, RuleImage, RuleMatch } from './rule.ts'

/** One blob: live with its live paths, or hidden with those it had when it was hidden. */
export interface BlobFacts extends Omit<RuleFile, 'path'> {
  readonly paths: readonly string[]
  /** It came with the base image: what this image is for says nothing about it. */
  readonly inherited?: boolean
}

/** The rule that took a blob, and what it says about it. */
export interface Claim {
  readonly rule: Rule
  /** A package's name or a root path: with the rule's id the key of a finding. */
  readonly subject: string
  readonly certainty: Certainty
  readonly reason: string
  /** What to change. */
  readonly fix: string
  /** The package whose files the rule claims, or null for a path. */
  readonly package: Package | null
}

/**
 * Judges blobs one at a time. The first rule of the list that takes a blob has it; a blob with several paths is taken
 * only when all of them give the same subject, or the rule is content with one (`anyName`). Make one judge for the live blobs and one for the hidden ones, each with
 * its own `RuleImage`.
 */
export const createJudge = (
  rules: readonly Rule[],
  image: RuleImage,
): ((blob: BlobFacts) => Claim | null) => {
  const packageClaims = claimPackages(rules, image.packages, image.loaded)
  const wanted = rules.map(rule => once(() => rule.wanted?.(image) ?? null))
  const matchers = rules.flatMap((rule, index) => {
    const match = rule.matchFile?.(image) ?? null
    return match ? [{ index, match: forNames(match, rule.anyName === true) }] : []
  })
  const purpose = once(() => imagePurpose(image))
  const claim = (index: number, match: RuleMatch, pkg: Package | null, inherited: boolean): Claim => {
    const rule = rules[index]!
    const isHint = match.certainty === 'hint'
    const wish = isHint
      ? null
      : (wanted[index]!() ?? (!inherited && FOR_BUILDING.has(rule.category) ? purpose() : null))
    return {
      rule,
      subject: match.subject,
      certainty: isHint || wish !== null ? 'hint' : 'leftover',
      reason: wish ?? match.reason ?? rule.why,
      fix: match.fix ?? rule.fix,
      package: pkg,
    }
  }
  // of a directory's files mostly all are the same thing: they share what is said of them
  const lastClaims: (Claim | undefined)[] = []
  const shared = (index: number, made: Claim): Claim => {
    const last = lastClaims[index]
    if (last && isSame(last, made)) return last
    lastClaims[index] = made
    return made
  }
  const ofOwned = matchers.filter(({ index }) => rules[index]!.ownedToo)
  const ownedClaim = remember((owner: Package) => packageClaims.get(packageKey(owner)))
  return blob => {
    const { owner } = blob
    const owned = owner ? ownedClaim(owner) : undefined
    const inherited = blob.inherited === true
    const files = filesOf(blob)
    for (const { index, match } of isSystemOwned(owner) ? ofOwned : matchers) {
      if (owned && owned.rule <= index) break
      const found = match(files)
      if (found) return shared(index, claim(index, found, null, inherited))
    }
    if (!owned || !owner) return null
    const hint = owned.hint === null ? {} : { certainty: 'hint' as const, reason: owned.hint }
    return shared(owned.rule, claim(owned.rule, { subject: owner.name, ...hint }, owner, inherited))
  }
}

/** Of two claims of one rule. */
const isSame = (a: Claim, b: Claim): boolean =>
  a.subject === b.subject &&
  a.certainty === b.certainty &&
  a.reason === b.reason &&
  a.fix === b.fix &&
  a.package === b.package

/** One file for each path. Written out, and the common case first: this runs for every file of an image. */
const filesOf = (blob: BlobFacts): readonly RuleFile[] => {
  const { paths, sizeBytes, mode, owner, body = null, waste = null, duplicate = null } = blob
  const fileAt = (path: string): RuleFile => ({ path, sizeBytes, mode, owner, body, waste, duplicate })
  return paths.length === 1 ? [fileAt(paths[0]!)] : paths.map(fileAt)
}

/** What an image for building is made of; its caches are waste like anybody's. */
const FOR_BUILDING: ReadonlySet<Category> = new Set([
  'compiler',
  'build-tool',
  'headers',
  'static-library',
  'debug',
])

const forNames =
  (match: FileMatcher, anyName: boolean) =>
  (files: readonly RuleFile[]): RuleMatch | null =>
    anyName ? matchAny(files, match) : matchAll(files, match)

/** The match of the first path that has one. */
const matchAny = (files: readonly RuleFile[], match: FileMatcher): RuleMatch | null => {
  for (const file of files) {
    const found = match(file)
    if (found) return found
  }
  return null
}

/** The match of a blob's first path, if all its paths have the same subject; a hint if one of them is. */
const matchAll = (files: readonly RuleFile[], match: FileMatcher): RuleMatch | null => {
  let found: RuleMatch | null = null
  for (const file of files) {
    const next = match(file)
    if (!next || (found && next.subject !== found.subject)) return null
    if (!found || next.certainty === 'hint') found = next
  }
  return found
}
