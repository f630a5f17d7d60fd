import { type ComponentType, lazy } from 'react';

/**
 * A component that is loaded when it is first drawn, and `instead` of it where that fails: the gateway may be away at that
 * moment. For what a page can do without. What stands for a failure, above all, must not fail itself.
 */
export function lazyOr<Props>(load: () => Promise<ComponentType<Props>>, instead: ComponentType<Props>) {
  return lazy(async () => ({ default: await load().catch(() => instead) }));
}

export function Nothing() {
  return null;
}
