import LockIcon from '@mui/icons-material/LockOutlined';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { OptionMeta } from '../../api/generated';

/** Where the value comes from, why it may not be changed here, and what it would be otherwise. */
export function SettingSource({ setting }: { setting: OptionMeta }) {
  const { t } = useTranslation('settings');
  const { kind, set, changeable } = setting;
  const usual = usualValue(setting, t('on'), t('off'));
  return (
    <Typography variant="caption" color="textSecondary" component="p" sx={{ overflowWrap: 'anywhere' }}>
      {!changeable && <LockIcon aria-hidden sx={{ fontSize: 14, verticalAlign: 'text-bottom', mr: 0.5 }} />}
      <SourceText setting={setting} />
      {set && kind !== 'secret' && usual !== '' && ` ${t('default', { value: usual })}`}
    </Typography>
  );
}

function SourceText({ setting: { source, option, variable, flag, key } }: { setting: OptionMeta }) {
  const { t } = useTranslation('settings');
  switch (source) {
    case 'file':
      return <>{t('sources.file', { key })}</>;
    case 'environment':
      return <>{t('sources.environment', { variable })}</>;
    case 'flag':
      return <>{t('sources.flag', { flag: flag || `--set ${key}=` })}</>;
    case 'option':
      return <>{t('sources.option')}</>;
    case 'default':
      if (option) return <>{t('sources.default')}</>;
      return <>{variable ? t('sources.startOrVariable', { key, variable }) : t('sources.start', { key })}</>;
  }
}

function usualValue({ kind, default: usual, unit }: OptionMeta, on: string, off: string): string {
  if (kind === 'boolean') return usual === 'true' ? on : off;
  const short = usual.length > 60 ? `${usual.slice(0, 60)}…` : usual;
  return unit && unit !== 'line' && usual !== '' ? `${short} ${unit}` : short;
}
