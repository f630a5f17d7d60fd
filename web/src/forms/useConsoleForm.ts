import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { type DefaultValues, type FieldPath, type FieldValues, useForm, type UseFormReturn } from 'react-hook-form';
import { type ApiProblem, toProblem } from '../api/problem';
import { asSentence } from '../components/feedback/problemText';
import { createFieldDirectory, type FieldDirectory } from './formContext';
import type { CurrentValues, FormSettings } from './formTypes';
import { type Draft, useDraft } from './useDraft';
import { type LeaveGuard, useLeaveGuard } from './useLeaveGuard';

export interface ConsoleForm<Input extends FieldValues, Output> {
  form: UseFormReturn<Input, unknown, Output>;
  directory: FieldDirectory;
  draft: Draft;
  guard: LeaveGuard;
  /** Why the last attempt failed, where it is not one field's fault. */
  problem: ApiProblem | undefined;
  /** Where the object stands now, while somebody else's change is in the way. */
  conflict: CurrentValues<Input> | undefined;
  /** Whether the changes are shown before they are submitted. */
  reviewing: boolean;
  submit: () => Promise<void>;
  backToForm: () => void;
  /** Goes on from the other's version with these values. */
  resolveConflict: (values: Input) => void;
  discard: () => void;
}

/** The life of a form: draft, guard, checks, submission, and what to do with each way it can fail. */
export function useConsoleForm<Input extends FieldValues, Output>(settings: FormSettings<Input, Output>): ConsoleForm<Input, Output> {
  const { schema, defaultValues, onSubmit, onDone, draftKey, review = false, stale } = settings;
  const form = useForm<Input, unknown, Output>({ resolver: zodResolver(schema), defaultValues: asDefaults(defaultValues), mode: 'onTouched' });
  const [directory] = useState(createFieldDirectory);
  const [problem, setProblem] = useState<ApiProblem>();
  const [conflict, setConflict] = useState<CurrentValues<Input>>();
  const [reviewing, setReviewing] = useState(false);
  const [version, setVersion] = useState(stale?.version ?? 0);
  const draft = useDraft(form, directory, draftKey);
  const guard = useLeaveGuard(form.formState.isDirty);

  const fail = async (error: unknown) => {
    const failure = toProblem(error);
    setReviewing(false);
    const faults = faultsOf(failure);
    const atFault = directory.list().filter(({ name }) => name in faults);
    const current = stale && mayBeConflict(failure) ? await stale.load().catch(() => undefined) : undefined;
    if (current && current.version !== version) setConflict(current);
    else {
      atFault.forEach(({ name }, index) => showAtField(form, name, faults[name] ?? '', index === 0));
      if (atFault.length === 0 || atFault.length < Object.keys(faults).length) setProblem(failure);
    }
  };

  const send = async (values: Output) => {
    try {
      await onSubmit(values, version);
    } catch (error) {
      await fail(error);
      return;
    }
    guard.release();
    draft.forget();
    form.reset(form.getValues());
    onDone?.();
  };

  const submitForm = form.handleSubmit(async (values) => {
    setProblem(undefined);
    if (review && !reviewing && form.formState.isDirty) setReviewing(true);
    else await send(values);
  });

  return {
    form,
    directory,
    draft,
    guard,
    problem,
    conflict,
    reviewing,
    submit: () => submitForm(),
    backToForm: () => setReviewing(false),
    resolveConflict: (values) => {
      if (!conflict) return;
      form.reset(conflict.values);
      form.reset(values, { keepDefaultValues: true });
      setVersion(conflict.version);
      setConflict(undefined);
    },
    discard: () => {
      draft.forget();
      form.reset(asDefaults(defaultValues));
    },
  };
}

/** The gateway refuses a change that was overtaken in words only: whether it was that, the object's version tells. */
function mayBeConflict({ kind }: ApiProblem): boolean {
  return kind === 'conflict' || kind === 'rejected';
}

/** Why each member of the body was refused, where that is known. */
function faultsOf({ field, fields, message }: ApiProblem): Readonly<Record<string, string>> {
  return fields ?? (field === undefined ? {} : { [field]: message });
}

function showAtField<Input extends FieldValues, Output>(form: UseFormReturn<Input, unknown, Output>, field: string, message: string, shouldFocus: boolean) {
  form.setError(field as FieldPath<Input>, { type: 'server', message: asSentence(message) }, { shouldFocus });
}

/** All values of a form are given: the library's type for defaults merely allows for less. */
function asDefaults<Input extends FieldValues>(values: Input): DefaultValues<Input> {
  return values as DefaultValues<Input>;
}
