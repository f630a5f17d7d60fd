import Box from '@mui/material/Box';
import Card from '@mui/material/Card';
import CardContent from '@mui/material/CardContent';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import Alert from '@mui/material/Alert';
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { useGetSetupQuery } from '../../api/generated';
import { findPage, pathOf } from '../../app/pages';
import { useSite } from '../../app/useSite';
import { SignInForm } from '../../auth/SignInForm';
import { useCan } from '../../auth/useAccount';
import { selectPhase } from '../../auth/sessionSlice';
import { useAppSelector } from '../../app/store';
import { BootScreen } from '../../layout/BootScreen';
import { LanguageMenu } from '../../layout/LanguageMenu';
import { ThemeMenu } from '../../layout/ThemeMenu';
import { useDocumentTitle } from '../../layout/useDocumentTitle';

/** Only addresses of our own: the parameter is anybody's to write. */
function isOwnAddress(next: string | null): next is string {
  return next !== null && /^\/panel(\/|\?|$)/.test(next);
}

/** Where they wanted to go; else to the setup, while that is due, theirs to do and not put off. */
function useNext(setupNeeded: boolean): string {
  const [params] = useSearchParams();
  const can = useCan();
  const isPutOff = useAppSelector((state) => state.preferences.setupPutOff);
  const next = params.get('next');
  const setup = findPage('setup');
  if (isOwnAddress(next) && next !== '/panel') return next;
  return setup && setupNeeded && !isPutOff && can(setup.capability) ? pathOf(setup) : '/';
}

export default function LoginPage() {
  const { t } = useTranslation('login');
  const { name } = useSite();
  const phase = useAppSelector(selectPhase);
  const { data: setup, isLoading } = useGetSetupQuery();
  const next = useNext(setup?.needed ?? false);
  useDocumentTitle(t('signIn'));
  if (phase === 'active') return isLoading ? <BootScreen /> : <Navigate to={next} replace />;
  return (
    <Box sx={{ minHeight: '100vh', display: 'flex', flexDirection: 'column' }}>
      <Stack direction="row" component="header" sx={{ justifyContent: 'flex-end', p: 1 }}>
        <LanguageMenu />
        <ThemeMenu />
      </Stack>
      <Box component="main" sx={{ flexGrow: 1, display: 'grid', placeItems: 'center', px: 2, pb: 10 }}>
        <Card sx={{ width: '100%', maxWidth: 400 }}>
          <CardContent sx={{ p: { xs: 2, sm: 4 } }}>
            <Typography variant="h1" gutterBottom sx={{ overflowWrap: 'anywhere' }}>
              {t('title', { site: name })}
            </Typography>
            {setup?.needed && (
              <Alert severity="info" sx={{ mb: 3 }}>
                {t('firstStart')}
              </Alert>
            )}
            <SignInForm />
          </CardContent>
        </Card>
      </Box>
    </Box>
  );
}
