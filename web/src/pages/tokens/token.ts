import type { Token } from '../../api/generated';
import type { StatusTone } from '../../components/StatusChip';

export const tokensPath = '/panel/tokens';

export const tokenStatus = { enabled: 1, disabled: 2 } as const;

export interface TokenState {
  id: 'enabled' | 'disabled' | 'expired' | 'exhausted';
  tone: StatusTone;
}

const disabled: TokenState = { id: 'disabled', tone: 'off' };

const states: Partial<Record<number, TokenState>> = {
  1: { id: 'enabled', tone: 'good' },
  2: disabled,
  3: { id: 'expired', tone: 'warning' },
  4: { id: 'exhausted', tone: 'warning' },
};

export function tokenState(token: Token): TokenState {
  return states[token.status] ?? disabled;
}

/** What is shown of a key that may not be seen. */
export function keyHint(token: Token): string {
  return `sk-…${token.key_hint}`;
}

/** Whether it is switched on, though it may have expired or be exhausted. */
export function isSwitchedOn(token: Token): boolean {
  return token.status !== tokenStatus.disabled;
}

export function nameOf(token: Token): string {
  return token.name || `#${token.id}`;
}
