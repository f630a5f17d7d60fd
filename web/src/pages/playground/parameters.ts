import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { PlaygroundRequest } from '../../api/generated';

interface Bounds {
  min: number;
  max: number;
  step: number;
  integer?: true;
}

/** The numbers that a call may carry; what is not given is the provider's choice. */
export const numberParameters = {
  temperature: { min: 0, max: 2, step: 0.1 },
  top_p: { min: 0, max: 1, step: 0.05 },
  max_tokens: { min: 1, max: 10_000_000, step: 1, integer: true },
} as const satisfies Record<string, Bounds>;

export type NumberParameter = keyof typeof numberParameters;
export const numberParameterNames: readonly NumberParameter[] = ['temperature', 'top_p', 'max_tokens'];

export function isWithinBounds(name: NumberParameter, text: string): boolean {
  const { min, max, ...rest }: Bounds = numberParameters[name];
  const value = Number(text);
  return text.trim() !== '' && value >= min && value <= max && (!rest.integer || Number.isInteger(value));
}

/** What the next call is made with, kept in the address. */
export function useParameters() {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (changes: Record<string, string>) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          for (const [name, value] of Object.entries(changes)) {
            if (value === '') next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return useMemo(() => {
    const text = (name: string) => params.get(name) ?? '';
    return { model: text('model'), group: text('group'), stream: text('stream') !== 'off', text, set };
  }, [params, set]);
}

export type Parameters = ReturnType<typeof useParameters>;

/** The request without its messages; numbers out of bounds are left out, and said beside their fields. */
export function requestOf({ model, group, stream, text }: Parameters): Omit<PlaygroundRequest, 'messages'> {
  const request: Omit<PlaygroundRequest, 'messages'> = { model, stream };
  if (group) request.group = group;
  for (const name of numberParameterNames) if (isWithinBounds(name, text(name))) request[name] = Number(text(name));
  return request;
}

export function wrongParameters({ text }: Parameters): NumberParameter[] {
  return numberParameterNames.filter((name) => text(name) !== '' && !isWithinBounds(name, text(name)));
}
