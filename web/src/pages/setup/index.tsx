import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useParams } from 'react-router';
import { type SetupSteps, useGetSetupQuery, usePostSetupDoneMutation } from '../../api/generated';
import { preferencesChanged } from '../../app/preferencesSlice';
import { useAppDispatch } from '../../app/store';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { useNotify } from '../../components/feedback/useNotify';
import { Page } from '../../layout/Page';
import { PageLoading } from '../../layout/PageLoading';
import { PasswordStep } from './PasswordStep';
import { ProviderStep } from './ProviderStep';
import { SiteStep } from './SiteStep';
import { StepFooter } from './StepFooter';
import { StepNavigation } from './StepNavigation';
import { StorageStep } from './StorageStep';
import { firstOpen, isStep, pathOfStep, stepAfter, type StepId } from './steps';
import { TestStep } from './TestStep';
import { TokenStep } from './TokenStep';

export default function SetupPage() {
  const { t } = useTranslation('setup');
  const { '*': wanted } = useParams();
  const { data: setup, error, refetch } = useGetSetupQuery();
  const { finish, finishing } = useFinish();
  const putOff = usePutOff();
  const steps = setup?.steps;
  if (steps && !isStep(wanted)) return <Navigate to={pathOfStep(firstOpen(steps))} replace />;
  const later = setup?.needed && (
    <Button color="inherit" onClick={putOff}>
      {t('later')}
    </Button>
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={later}>
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!setup && !error && <PageLoading />}
      {steps && isStep(wanted) && <Wizard step={wanted} steps={steps} finish={finish} finishing={finishing} />}
    </Page>
  );
}

/** Says that the wizard is not wanted any more, and leaves it. */
function useFinish() {
  const { t } = useTranslation('setup');
  const navigate = useNavigate();
  const notify = useNotify();
  const [send, { isLoading: finishing }] = usePostSetupDoneMutation();
  const finish = async () => {
    try {
      await send().unwrap();
      await navigate('/panel');
    } catch (error) {
      notify.failure(t('finishFailed'), error);
    }
  };
  return { finish, finishing };
}

/** Leaves the wizard without finishing it; the overview goes on reminding of it. */
function usePutOff() {
  const { t } = useTranslation('setup');
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const notify = useNotify();
  return () => {
    dispatch(preferencesChanged({ setupPutOff: true }));
    notify.info(t('putOff'));
    void navigate('/panel');
  };
}

interface WizardProps {
  step: StepId;
  steps: SetupSteps;
  finish: () => Promise<void>;
  finishing: boolean;
}

function Wizard({ step, steps, finish, finishing }: WizardProps) {
  const navigate = useNavigate();
  const goOn = () => {
    const next = stepAfter(step);
    if (next) void navigate(pathOfStep(next));
  };
  return (
    <Box sx={{ display: 'grid', gap: { xs: 2, md: 4 }, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '240px minmax(0, 720px)' }, alignItems: 'start' }}>
      <StepNavigation current={step} steps={steps} />
      <section key={step}>
        <StepBody step={step} steps={steps} onDone={goOn} />
        <StepFooter step={step} steps={steps} onFinish={() => void finish()} finishing={finishing} />
      </section>
    </Box>
  );
}

interface StepBodyProps {
  step: StepId;
  steps: SetupSteps;
  onDone: () => void;
}

function StepBody({ step, steps, onDone }: StepBodyProps) {
  switch (step) {
    case 'password':
      return <PasswordStep done={steps.root_password} onDone={onDone} />;
    case 'site':
      return <SiteStep onDone={onDone} />;
    case 'storage':
      return <StorageStep />;
    case 'provider':
      return <ProviderStep steps={steps} />;
    case 'token':
      return <TokenStep done={steps.token} />;
    case 'test':
      return <TestStep />;
  }
}
