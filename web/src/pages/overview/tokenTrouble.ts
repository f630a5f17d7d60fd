import type { Token } from '../../api/generated';

export type TokenTrouble = 'expired' | 'exhausted' | 'expiresSoon' | 'low';

const soonS = 7 * 86_400;
const lowShare = 0.1;

/** Why somebody should look at a token; nothing for those that are well, or switched off on purpose. */
export function tokenTrouble(token: Token, nowS: number): TokenTrouble | undefined {
  if (token.status === 3) return 'expired';
  if (token.status === 4) return 'exhausted';
  if (token.status !== 1) return undefined;
  if (token.expired_time > 0 && token.expired_time - nowS < soonS) return 'expiresSoon';
  const granted = token.remain_quota + token.used_quota;
  return !token.unlimited_quota && token.remain_quota < granted * lowShare ? 'low' : undefined;
}
