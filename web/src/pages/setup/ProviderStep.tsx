import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Card from '@mui/material/Card';
import CardContent from '@mui/material/CardContent';
import Divider from '@mui/material/Divider';
import FormControlLabel from '@mui/material/FormControlLabel';
import Link from '@mui/material/Link';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { type SetupSteps, useGetPricesUnpricedQuery, useGetProvidersQuery, usePutChannelMutation } from '../../api/generated';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { useNotify } from '../../components/feedback/useNotify';
import { PageLoading } from '../../layout/PageLoading';
import { ProviderForm } from './ProviderForm';
import { StepHead } from './StepHead';

export function ProviderStep({ steps }: { steps: SetupSteps }) {
  const { t } = useTranslation('setup');
  const { data: providers, error, refetch } = useGetProvidersQuery();
  const [added, setAdded] = useState<{ name: string; models: readonly string[] }>();
  return (
    <>
      <StepHead step="provider" />
      {steps.provider && !added && (
        <Alert severity="success" sx={{ mb: 2 }}>
          {t('providerDone')}
        </Alert>
      )}
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!providers && !error && <PageLoading />}
      {added && <Added name={added.name} models={added.models} onMore={() => setAdded(undefined)} />}
      {providers && !added && <ProviderForm providers={providers} onAdded={(name, models) => setAdded({ name, models })} />}
      {steps.demo && (
        <>
          <Divider sx={{ my: 3 }}>{t('or')}</Divider>
          <DemoCard demo={steps.demo} />
        </>
      )}
    </>
  );
}

const enabled = 1;
const disabled = 2;

function DemoCard({ demo }: { demo: NonNullable<SetupSteps['demo']> }) {
  const { t } = useTranslation('setup');
  const notify = useNotify();
  const [change, { isLoading }] = usePutChannelMutation();
  const toggle = async (on: boolean) => {
    try {
      await change({ channelChange: { id: demo.id, status: on ? enabled : disabled } }).unwrap();
    } catch (error) {
      notify.failure(t('demoFailed'), error);
    }
  };
  return (
    <Card>
      <CardContent>
        <FormControlLabel control={<Switch checked={demo.enabled} disabled={isLoading} onChange={(_, on) => void toggle(on)} />} label={<Typography variant="h3" component="span">{t('demo')}</Typography>} />
        <Typography color="textSecondary">{t('demoText')}</Typography>
      </CardContent>
    </Card>
  );
}

interface AddedProps {
  name: string;
  models: readonly string[];
  onMore: () => void;
}

/** What came of it, and which of its models cannot be called yet. */
function Added({ name, models, onMore }: AddedProps) {
  const { t } = useTranslation('setup');
  const { data = [] } = useGetPricesUnpricedQuery();
  const unpriced = data.filter(({ model }) => models.includes(model));
  return (
    <>
      <Alert
        severity="success"
        sx={{ overflowWrap: 'anywhere' }}
        action={
          <Button color="inherit" size="small" onClick={onMore}>
            {t('addAnother')}
          </Button>
        }
      >
        {t('channelAdded', { name, count: models.length })}
      </Alert>
      {unpriced.length > 0 && (
        <Alert severity="warning" sx={{ mt: 2, overflowWrap: 'anywhere' }}>
          {t('unpriced', { count: unpriced.length, first: unpriced[0]?.model })}{' '}
          <Link component={RouterLink} to="/panel/prices" color="inherit">
            {t('toPrices')}
          </Link>
        </Alert>
      )}
    </>
  );
}
