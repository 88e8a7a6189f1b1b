/** Processes a list, with a limited number of items at the same time. @returns the results in the order of the items */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number, lane: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lanes = Array.from({ length: width }, async (_, lane) => {
    for (const [index, item] of queue) results[index] = await work(item, index, lane);
  });
  await Promise.all(lanes);
  return results;
}
