/**
 * Processes every node as soon as the nodes that it needs are done, as many at a time as possible. A node is not started if the
 * signal is aborted or a node that it needs failed. Resolves when no work is in progress any more; `work` must not reject.
 */
export async function runGraph<Id>(
  needs: ReadonlyMap<Id, readonly Id[]>,
  work: (id: Id) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  const results = new Map<Id, Promise<boolean>>();
  const start = (id: Id): Promise<boolean> => {
    const known = results.get(id);
    if (known) return known;
    const needed = (needs.get(id) ?? []).map(start);
    const result = Promise.all(needed).then((done) => (done.every(Boolean) && !signal?.aborted ? work(id) : false));
    results.set(id, result);
    return result;
  };
  await Promise.all([...needs.keys()].map(start));
}
