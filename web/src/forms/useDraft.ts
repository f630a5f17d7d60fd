import { useEffect, useState } from 'react';
import type { FieldValues, UseFormReturn } from 'react-hook-form';
import { isRecord, readStored, writeStored } from '../app/storage';
import { useAccount } from '../auth/useAccount';
import { withValues } from './changes';
import type { FieldDirectory } from './formContext';

export interface Draft {
  /** Whether the form opened with what was typed earlier. */
  restored: boolean;
  forget: () => void;
}

/** Keeps what is typed, secrets excepted, for a reload or an accident; and takes it up when the form opens again. */
export function useDraft<Input extends FieldValues, Output>(
  form: UseFormReturn<Input, unknown, Output>,
  directory: FieldDirectory,
  draftKey: string | undefined,
): Draft {
  const { id } = useAccount();
  const key = draftKey && `tollgate.draft.${id}.${draftKey}`;
  const [draft] = useState(() => (key ? readStored(sessionStorage, key, isRecord) : undefined));
  const [forgotten, setForgotten] = useState(false);

  useEffect(() => {
    if (draft) form.reset({ ...form.getValues(), ...draft }, { keepDefaultValues: true });
  }, [form, draft]);

  useEffect(() => {
    if (!key) return;
    return form.subscribe({
      formState: { values: true, isDirty: true },
      callback: ({ values, isDirty }) => writeStored(sessionStorage, key, isDirty ? withoutSecrets(values, directory) : undefined),
    });
  }, [form, directory, key]);

  return {
    restored: draft !== undefined && !forgotten,
    forget: () => {
      if (key) writeStored(sessionStorage, key, undefined);
      setForgotten(true);
    },
  };
}

function withoutSecrets(values: FieldValues, directory: FieldDirectory): FieldValues {
  const secrets = directory.list().filter((field) => field.secret).map((field) => field.name);
  return withValues(values, {}, secrets);
}
