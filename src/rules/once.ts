/** Makes a value when it is first asked for, and keeps it. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** As `remember`, for what outlives its objects: an image that nobody holds any more is let go with what is known of it. */
export const rememberWeakly = <K extends object, V>(make: (key: K) => V): ((key: K) => V) => {
  const known = new WeakMap<K, { readonly value: V }>()
  return key => {
    let entry = known.get(key)
    if (!entry) {
      entry = { value: make(key) }
      known.set(key, entry)
    }
    return entry.value
  }
}

/** A function of an object that is asked again and again for the same few. */
export const remember = <K extends object, V>(make: (key: K) => V): ((key: K) => V) => {
  const known = new Map<K, { readonly value: V }>()
  return key => {
    let entry = known.get(key)
    if (!entry) {
      entry = { value: make(key) }
      known.set(key, entry)
    }
    return entry.value
  }
}
