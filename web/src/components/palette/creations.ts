import HubIcon from '@mui/icons-material/HubOutlined';
import KeyIcon from '@mui/icons-material/KeyOutlined';
import PriceChangeIcon from '@mui/icons-material/PriceChangeOutlined';
import { useMemo } from 'react';
import { useCan } from '../../auth/useAccount';

/** What can be added from everywhere, in the palette and by its keys. */
const creations = [
  { id: 'newChannel', capability: 'channels.write', to: '/panel/channels/new', icon: HubIcon, keys: 'n c' },
  { id: 'newToken', capability: 'tokens.own', to: '/panel/tokens/new', icon: KeyIcon, keys: 'n t' },
  { id: 'newPrice', capability: 'prices.write', to: '/panel/prices/new', icon: PriceChangeIcon, keys: 'n m' },
] as const;

export type Creation = (typeof creations)[number];

export function useCreations(): Creation[] {
  const can = useCan();
  return useMemo(() => creations.filter(({ capability }) => can(capability)), [can]);
}
