import type { Notify } from './useNotify';

interface Switching<Thing> {
  isOn: (thing: Thing) => boolean;
  send: (things: readonly Thing[], on: boolean) => Promise<unknown>;
  say: (what: 'enabled' | 'disabled' | 'failed', first: Thing, count: number) => string;
  notify: Notify;
}

/** Switches over those that are not so yet, and offers the way back. Says itself what went wrong. */
export async function switchOver<Thing>(things: readonly Thing[], enabled: boolean, { isOn, send, say, notify }: Switching<Thing>): Promise<void> {
  const changing = things.filter((thing) => isOn(thing) !== enabled);
  const [first] = changing;
  if (first === undefined) return;
  try {
    await send(changing, enabled);
    notify.undoable(say(enabled ? 'enabled' : 'disabled', first, changing.length), async () => {
      await send(changing, !enabled);
    });
  } catch (error) {
    notify.failure(say('failed', first, changing.length), error);
  }
}
