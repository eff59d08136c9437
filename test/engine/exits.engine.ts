/** However a run of the bundle ends: the same tests as of the sources. */
process.env.PLIMSOLL_ENTRY = 'dist'
await import('../exits.test.ts')
