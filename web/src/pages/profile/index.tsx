import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { useAccount } from '../../auth/useAccount';
import { Page } from '../../layout/Page';
import { AccessTokenSection } from './AccessTokenSection';
import { AccountSection } from './AccountSection';
import { PasswordSection } from './PasswordSection';
import { PreferencesSection } from './PreferencesSection';

/** One's own account, and how the console looks to its owner. */
export default function ProfilePage() {
  const { t } = useTranslation('profile');
  const account = useAccount();
  return (
    <Page title={t('title')} subtitle={account.username}>
      <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' }, gap: 2, alignItems: 'start' }}>
        <AccountSection />
        <PreferencesSection />
        <PasswordSection />
        <AccessTokenSection />
      </Box>
    </Page>
  );
}
