/**
 * Takes items in order, each with what `prepare` makes of it; that is begun `distance` items before its turn, so that
 * nobody has to wait for it.
 */
export function prefetch<T, R>(items: readonly T[], distance: number, prepare: (item: T) => Promise<R>) {
  const begun = new Map<number, Promise<R>>();
  let [next, prepared] = [0, 0];
  return (): { readonly item: T; readonly ready: Promise<R> } | undefined => {
    for (; prepared < Math.min(items.length, next + distance + 1); prepared++) {
      const ready = prepare(items[prepared]!);
      ready.catch(() => {}); // told to whoever waits for it
      begun.set(prepared, ready);
    }
    if (next >= items.length) return undefined;
    const taken = { item: items[next]!, ready: begun.get(next)! };
    begun.delete(next++);
    return taken;
  };
}
