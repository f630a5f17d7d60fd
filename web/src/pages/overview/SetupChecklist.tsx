import CheckCircleIcon from '@mui/icons-material/CheckCircle';
import CircleIcon from '@mui/icons-material/RadioButtonUnchecked';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { useGetSetupQuery, usePostSetupDoneMutation } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { useNotify } from '../../components/feedback/useNotify';
import { Section } from '../../components/Section';

const steps = ['root_password', 'site', 'provider', 'token'] as const;

/** What is left of the set-up, until root has finished it or does not want to see it any more. */
export function SetupChecklist() {
  const { t } = useTranslation('overview');
  const maySetUp = useCan()('setup');
  const { data } = useGetSetupQuery(undefined, { skip: !maySetUp });
  const setup = data?.steps;
  if (!data?.needed || !setup) return null;
  const done = steps.filter((step) => setup[step]).length;
  return (
    <Section title={t('setup.title', { done, all: steps.length })} actions={<Actions />}>
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1, gridTemplateColumns: { sm: 'repeat(2, 1fr)', lg: 'repeat(4, 1fr)' } }}>
        {steps.map((step) => (
          <Box component="li" key={step} sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
            {setup[step] ? <CheckCircleIcon fontSize="small" color="success" titleAccess={t('setup.done')} /> : <CircleIcon fontSize="small" color="action" titleAccess={t('setup.open')} />}
            {setup[step] ? (
              <Typography color="textSecondary">{t(`setup.steps.${step}`)}</Typography>
            ) : (
              <Link component={RouterLink} to="/panel/setup">
                {t(`setup.steps.${step}`)}
              </Link>
            )}
          </Box>
        ))}
      </Box>
    </Section>
  );
}

function Actions() {
  const { t } = useTranslation('overview');
  const notify = useNotify();
  const [finish, { isLoading }] = usePostSetupDoneMutation();
  const dismiss = async () => {
    try {
      await finish().unwrap();
    } catch (error) {
      notify.failure(t('setup.notHidden'), error);
    }
  };
  return (
    <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
      <Button size="small" color="inherit" loading={isLoading} onClick={dismiss}>
        {t('setup.hide')}
      </Button>
      <Button size="small" variant="contained" component={RouterLink} to="/panel/setup">
        {t('setup.go')}
      </Button>
    </Box>
  );
}
