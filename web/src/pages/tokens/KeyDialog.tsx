import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import Stack from '@mui/material/Stack';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Token } from '../../api/generated';
import { CodeBlock } from '../../components/CodeBlock';
import { CopyButton } from '../../components/CopyButton';
import { useFillsScreen } from '../../components/useFillsScreen';
import { keyOf } from '../connect/tokens';
import { KeyText } from './KeyText';
import { nameOf } from './token';
import { useTokenCurl } from './useTokenCurl';

/** The key of a token that was just made, which may be seen this once, and a call that works with it. */
export function KeyDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useTranslation('tokens');
  const id = useId();
  const key = keyOf(token) ?? '';
  const { copied: command } = useTokenCurl(token);
  const fillsScreen = useFillsScreen();
  return (
    <Dialog open fullWidth fullScreen={fillsScreen} maxWidth="md" aria-labelledby={id}>
      <DialogTitle id={id} sx={{ overflowWrap: 'anywhere' }}>
        {t('key.title', { name: nameOf(token) })}
      </DialogTitle>
      <DialogContent>
        <DialogContentText>{t('key.text')}</DialogContentText>
        <Stack direction="row" sx={{ alignItems: 'center', gap: 1, my: 2, p: 1, pl: 1.5, border: 1, borderColor: 'divider', borderRadius: 1 }}>
          <KeyText text={key} />
          <CopyButton text={key} what={t('theKey')} />
        </Stack>
        {command && (
          <>
            <DialogContentText>{t('key.try')}</DialogContentText>
            <CodeBlock code={command} what={t('theCommand')} />
          </>
        )}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" component={Link} to={`/panel/connect?token=${token.id}`}>
          {t('connect')}
        </Button>
        <Button variant="contained" onClick={onClose} autoFocus>
          {t('key.done')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
