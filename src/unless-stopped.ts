/**
 * What `work` gives, unless the signal comes first: then its reason is thrown at once. For work that leaves nothing
 * behind, and that may go on unseen until the process ends.
 */
export const unlessStopped = <T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal?.reason)
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', stop))
  })
