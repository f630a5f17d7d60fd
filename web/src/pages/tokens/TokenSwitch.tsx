import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Token } from '../../api/generated';
import { StatusChip } from '../../components/StatusChip';
import { isSwitchedOn, nameOf, tokenState } from './token';
import { useTokenActions } from './useTokenActions';

export function TokenSwitch({ token }: { token: Token }) {
  const { t } = useTranslation('tokens');
  const { setEnabled } = useTokenActions();
  const [busy, setBusy] = useState(false);
  const { id, tone } = tokenState(token);
  const on = isSwitchedOn(token);
  const toggle = async () => {
    setBusy(true);
    await setEnabled([token], !on);
    setBusy(false);
  };
  return (
    <Stack direction="row" sx={{ alignItems: 'center', gap: 0.5 }}>
      <Switch size="small" checked={on} disabled={busy} onChange={toggle} slotProps={{ input: { 'aria-label': t('switch', { name: nameOf(token) }) } }} />
      <StatusChip tone={tone} label={t(`state.${id}`)} />
    </Stack>
  );
}
