import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Warning } from '../../api/generated';
import { useCan } from '../../auth/useAccount';

/** Where each warning is put right. The set-up has its check-list. */
const remedies: Record<Exclude<Warning['code'], 'setup_not_done'>, string> = {
  first_password: '/panel/profile',
  no_channel: '/panel/channels/new',
  unpriced_models: '/panel/prices?view=unpriced',
};

/** What somebody should see to, each with a link to where. */
export function Attention({ warnings }: { warnings: readonly Warning[] }) {
  return (
    <Stack sx={{ gap: 1, '&:empty': { display: 'none' } }}>
      {warnings.map((warning) => warning.code !== 'setup_not_done' && <WarningAlert key={warning.code} warning={warning} code={warning.code} />)}
    </Stack>
  );
}

function WarningAlert({ warning, code }: { warning: Warning; code: keyof typeof remedies }) {
  const { t } = useTranslation('overview');
  const can = useCan();
  const mayFix = code === 'first_password' || can(code === 'no_channel' ? 'channels.write' : 'prices.write');
  return (
    <Alert
      severity="warning"
      sx={{ '& .MuiAlert-message': { overflowWrap: 'anywhere' }, '& .MuiAlert-action': { whiteSpace: 'nowrap' } }}
      action={
        mayFix && (
          <Button color="inherit" size="small" component={Link} to={remedies[code]}>
            {t(`warnings.${code}.action`)}
          </Button>
        )
      }
    >
      {t(`warnings.${code}.text`, { count: warning.count })}
      {warning.names.length > 0 && <bdi> {warning.names.join(', ')}</bdi>}
      {warning.count > warning.names.length && warning.names.length > 0 && '…'}
    </Alert>
  );
}
