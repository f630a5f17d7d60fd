import { type ControllerRenderProps, useController } from 'react-hook-form';
import { type FieldInfo, useFieldInfo } from '../formContext';

/** What every field takes. */
export interface FieldProps {
  name: string;
  label: string;
  /** Below the field, until there is an error. */
  help?: string;
  required?: boolean;
  disabled?: boolean;
}

export interface BoundField {
  /** Whatever the form holds under the name: each field knows its own kind of value. */
  value: unknown;
  setValue: (value: unknown) => void;
  onBlur: () => void;
  ref: ControllerRenderProps['ref'];
  error: boolean;
  /** Error or help. */
  helperText: string | undefined;
}

/** Binds a field to its form, and makes it known for reviews, conflicts and drafts. */
export function useField({ name, label, help }: FieldProps, info: Omit<FieldInfo, 'name' | 'label'> = {}): BoundField {
  const { field, fieldState } = useController({ name });
  useFieldInfo({ name, label, ...info });
  return {
    value: field.value as unknown,
    setValue: field.onChange,
    onBlur: field.onBlur,
    ref: field.ref,
    error: fieldState.error !== undefined,
    helperText: fieldState.error?.message ?? help,
  };
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
