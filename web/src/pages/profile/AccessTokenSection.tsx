import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetUserTokenMutation } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { useAskPassword } from '../../auth/useAskPassword';
import { CodeBlock } from '../../components/CodeBlock';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { useNotify } from '../../components/feedback/useNotify';
import { Section } from '../../components/Section';

/** The key to the management API for scripts. */
export function AccessTokenSection() {
  const { t } = useTranslation('profile');
  const { access_token: token, access_token_withheld: isWithheld = false } = useAccount();
  const askPassword = useAskPassword();
  const [renew, { isLoading }] = useGetUserTokenMutation();
  const [shown, setShown] = useState(false);
  const [asking, setAsking] = useState(false);
  const notify = useNotify();
  const make = async () => {
    await renew().unwrap();
    setShown(true);
    notify.success(t('tokenMade'));
  };
  const makeFirst = () => {
    make().catch((error: unknown) => notify.failure(t('tokenNotMade'), error));
  };
  const isShown = shown && !isWithheld;
  const toggle = async () => setShown(isWithheld ? await askPassword() : !shown);
  return (
    <Section title={t('accessToken')}>
      <Typography variant="body2" color="textSecondary">
        {t('accessTokenText')}
      </Typography>
      {token !== '' && <CodeBlock code={isShown ? token : hidden(token)} copied={token} what={t('theAccessToken')} />}
      <Stack direction="row" useFlexGap sx={{ gap: 1, flexWrap: 'wrap' }}>
        {token === '' && !isWithheld ? (
          <Button variant="outlined" loading={isLoading} onClick={makeFirst}>
            {t('makeToken')}
          </Button>
        ) : (
          <>
            <Button variant="outlined" aria-pressed={isShown} onClick={() => void toggle()}>
              {t(isShown ? 'hideToken' : 'showToken')}
            </Button>
            <Button color="inherit" onClick={() => setAsking(true)}>
              {t('renewToken')}
            </Button>
          </>
        )}
      </Stack>
      {asking && <ConfirmDialog title={t('renewToken')} text={t('renewTokenText')} confirmLabel={t('renewToken')} danger onConfirm={make} onClose={() => setAsking(false)} />}
    </Section>
  );
}

function hidden(token: string): string {
  return '•'.repeat(token.length);
}
