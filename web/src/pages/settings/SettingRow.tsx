import UndoIcon from '@mui/icons-material/Undo';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { OptionMeta } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { StatusChip } from '../../components/StatusChip';
import { monospace } from '../../theme/theme';
import { SettingField } from './SettingField';
import type { Editing } from './SettingList';
import { isDirty } from './settings';
import { SettingSource } from './SettingSource';
import { useSettingName } from './useSettingName';

interface SettingRowProps {
  setting: OptionMeta;
  editing: Editing;
}

/** One setting: what it is, its value or the field for it, and where the value comes from. */
export function SettingRow({ setting, editing: { edits, faults, edit } }: SettingRowProps) {
  const { t } = useTranslation('settings');
  const name = useSettingName()(setting);
  const nameId = useId();
  const mayWrite = useCan()('settings.write');
  const dirty = isDirty(setting, edits);
  const editable = mayWrite && setting.changeable;
  return (
    <Box role="group" aria-labelledby={nameId} sx={{ p: 2, display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 1fr) minmax(0, 320px)' }, boxShadow: dirty ? 'inset 3px 0 0 var(--mui-palette-primary-main)' : undefined }}>
      <Box sx={{ minWidth: 0 }}>
        <Stack direction="row" useFlexGap sx={{ alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
          <Typography id={nameId} variant="h3">
            {name}
          </Typography>
          {dirty && <StatusChip tone="info" label={t('changed')} />}
          {setting.restart && <StatusChip tone="warning" label={t('restart')} />}
          {setting.inert && <StatusChip tone="off" label={t('inert')} reason={t('inertText')} />}
        </Stack>
        <Typography variant="body2" color="textSecondary" sx={{ my: 0.5, overflowWrap: 'anywhere' }}>
          {setting.help}
        </Typography>
        <Typography variant="caption" color="textSecondary" sx={{ fontFamily: monospace, overflowWrap: 'anywhere' }}>
          {setting.key}
        </Typography>
      </Box>
      <Stack spacing={0.75} sx={{ minWidth: 0 }}>
        <SettingField setting={setting} label={name} value={edits[setting.option]} fault={faults[setting.option]} editable={editable} onChange={(value) => edit(setting.option, value)} />
        <SettingSource setting={setting} />
        {dirty && (
          <Button size="small" color="inherit" startIcon={<UndoIcon />} onClick={() => edit(setting.option, undefined)} sx={{ alignSelf: 'flex-start' }}>
            {t('discardOne')}
          </Button>
        )}
      </Stack>
    </Box>
  );
}
