import { useState } from 'react';

interface NumberText {
  text: string;
  change: (text: string) => void;
}

/**
 * What is typed into a field whose value is a number: "1." and "-" must stay as they are while somebody types on.
 *
 * @param toValue  a number, null for an empty text, NaN for what is none
 */
export function useNumberText(
  value: number | null,
  setValue: (value: number | null) => void,
  toText: (value: number) => string,
  toValue: (text: string) => number,
): NumberText {
  const written = (current: number | null) => (current === null || Number.isNaN(current) ? '' : toText(current));
  const [typed, setTyped] = useState({ text: written(value), value });
  const current = Object.is(typed.value, value) ? typed : { text: written(value), value };
  return {
    text: current.text,
    change: (text) => {
      const next = text.trim() === '' ? null : toValue(text.trim());
      setTyped({ text, value: next });
      setValue(next);
    },
  };
}
