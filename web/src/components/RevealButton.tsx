import VisibilityIcon from '@mui/icons-material/VisibilityOutlined';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useTranslation } from 'react-i18next';
import { useAskPassword } from '../auth/useAskPassword';

/** Where a key is left out until the password was given once more: asks for it. `name` is whose key it is. */
export function RevealButton({ name }: { name: string }) {
  const { t } = useTranslation('password');
  const askPassword = useAskPassword();
  const label = t('show', { name });
  return (
    <Tooltip title={label}>
      <IconButton aria-label={label} size="small" onClick={() => void askPassword()}>
        <VisibilityIcon fontSize="inherit" />
      </IconButton>
    </Tooltip>
  );
}
