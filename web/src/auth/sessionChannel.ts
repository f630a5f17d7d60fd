/** What the console's tabs tell each other about the session they share. */
export type SessionMessage = { type: 'signedOut' } | { type: 'signedIn'; userId: number };

const name = 'tollgate.session';

let channel: BroadcastChannel | undefined;

function openChannel(): BroadcastChannel {
  channel ??= new BroadcastChannel(name);
  return channel;
}

export function tellOtherTabs(message: SessionMessage): void {
  openChannel().postMessage(message);
}

/** @return stops listening. */
export function onOtherTab(listener: (message: SessionMessage) => void): () => void {
  const handle = ({ data }: MessageEvent<SessionMessage>) => listener(data);
  const open = openChannel();
  open.addEventListener('message', handle);
  return () => open.removeEventListener('message', handle);
}
