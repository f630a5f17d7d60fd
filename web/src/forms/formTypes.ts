import type { ReactNode } from 'react';
import type { FieldValues } from 'react-hook-form';
import type { z } from 'zod';

/** Where an object stands now, for changes that somebody else's has overtaken. */
export interface CurrentValues<Input> {
  version: number;
  values: Input;
}

export interface FormSettings<Input extends FieldValues, Output> {
  schema: z.ZodType<Output, Input>;
  defaultValues: Input;
  /** Rejects with an `ApiProblem`: it is shown beside its field, or above the form. `version` is that of `stale`. */
  onSubmit: (values: Output, version: number) => Promise<unknown>;
  /** After a success. */
  onDone?: () => void;
  /** What was typed is kept under it for this tab, secrets excepted, until it is saved or discarded. */
  draftKey?: string;
  /** Shows what changes before it is submitted. */
  review?: boolean;
  /** The version that the values are of, and how to read the object again once it was overtaken. */
  stale?: { version: number; load: () => Promise<CurrentValues<Input>> };
  submitLabel?: string;
  children: ReactNode;
}
