import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { type ReactNode, type SyntheticEvent, useEffect, useRef } from 'react';
import { type FieldValues, FormProvider } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../api/problem';
import { ProblemDetails } from '../components/feedback/ProblemDetails';
import { changedFields, withValues } from './changes';
import { ConflictPanel } from './ConflictPanel';
import { FieldDirectoryContext } from './formContext';
import { LeaveQuestion } from './LeaveQuestion';
import { NavigationGuard } from './NavigationGuard';
import { ReviewPanel } from './ReviewPanel';
import type { ConsoleForm } from './useConsoleForm';

interface FormBodyProps<Input extends FieldValues, Output> {
  id: string;
  engine: ConsoleForm<Input, Output>;
  children: ReactNode;
}

/** The inside of every form: what went wrong above the fields, the fields, and what replaces them in between. */
export function FormBody<Input extends FieldValues, Output>({ id, engine, children }: FormBodyProps<Input, Output>) {
  const { form, directory, problem, conflict, reviewing, guard } = engine;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    event.stopPropagation(); // a dialog's form is within the page's for React
    void engine.submit();
  };
  const leave = () => {
    engine.draft.forget();
    guard.goOn();
  };
  const base = form.formState.defaultValues ?? {};
  return (
    <FieldDirectoryContext value={directory}>
      <FormProvider {...form}>
        <form id={id} noValidate onSubmit={submit}>
          {problem && <FormProblem problem={problem} />}
          {engine.draft.restored && <RestoredDraft onDiscard={engine.discard} />}
          {conflict && (
            <ConflictPanel
              base={base}
              differences={changedFields(directory.list(), conflict.values, form.getValues())}
              onChoose={(mine) => engine.resolveConflict(withValues(conflict.values, form.getValues(), mine))}
            />
          )}
          {reviewing && <ReviewPanel changes={changedFields(directory.list(), base, form.getValues())} />}
          <Box sx={{ display: conflict || reviewing ? 'none' : undefined }}>
            <Stack spacing={2.5} sx={{ pt: 1 }}>
              {children}
            </Stack>
          </Box>
        </form>
        {form.formState.isDirty && <NavigationGuard isReleased={guard.isReleased} onLeave={engine.draft.forget} />}
        {guard.asking && <LeaveQuestion onStay={guard.stay} onLeave={leave} />}
      </FormProvider>
    </FieldDirectoryContext>
  );
}

function FormProblem({ problem }: { problem: ApiProblem }) {
  const alert = useRef<HTMLDivElement>(null);
  useEffect(() => {
    alert.current?.scrollIntoView({ block: 'nearest' });
  }, [problem]);
  return (
    <Alert ref={alert} severity="error" sx={{ mb: 2 }}>
      <ProblemDetails problem={problem} />
    </Alert>
  );
}

function RestoredDraft({ onDiscard }: { onDiscard: () => void }) {
  const { t } = useTranslation('forms');
  return (
    <Alert
      severity="info"
      sx={{ mb: 2 }}
      action={
        <Button color="inherit" size="small" onClick={onDiscard}>
          {t('discard')}
        </Button>
      }
    >
      {t('restored')}
    </Alert>
  );
}
