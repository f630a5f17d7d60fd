import type { Channel } from '../../api/generated';

/** What `status` of a channel may be. */
export const channelStatus = { enabled: 1, disabled: 2, disabledAutomatically: 3 } as const;

/** The gateway's lists in one text: `a,b`. */
export function splitList(text: string): string[] {
  return text.split(',').map((item) => item.trim()).filter(Boolean);
}

export function joinList(items: readonly string[]): string {
  return items.join(',');
}

export function isEnabled(channel: Channel): boolean {
  return channel.status === channelStatus.enabled;
}
