import type { Self } from '../api/generated';
import { testAccount } from './gateway';

/** An administrator: what the gateway lets that role do. */
export const testAdmin: Self = {
  ...testAccount,
  id: 2,
  username: 'grace',
  display_name: 'Grace',
  role: 10,
  capabilities: [
    ...testAccount.capabilities,
    'analytics.all',
    'channels.read',
    'channels.write',
    'groups.read',
    'groups.write',
    'prices.read',
    'prices.write',
    'requests.all',
    'users.read',
    'users.write',
  ],
};

/** Names as somebody may choose who means no good, or merely has many letters. */
export const hostileNames = ['<script>alert(1)</script>', 'x'.repeat(10_000), '‮ﬁ שלום مرحبا', '👩‍👩‍👧‍👦🇺🇳'] as const;
