const callsAtOnce = 4;

/** Does it for every item, a few at a time. Rejects with the first problem once no call is under way any more. */
export async function forEachOf<T>(items: readonly T[], action: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values();
  const takeTurns = async () => {
    for (const item of waiting) await action(item);
  };
  const turns = Array.from({ length: callsAtOnce }, takeTurns);
  await Promise.allSettled(turns);
  await Promise.all(turns);
}
