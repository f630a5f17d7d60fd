import { useCallback, useState } from 'react';
import type { Edits } from './settings';

/** What was typed, and what the gateway said against it. */
export function useEdits() {
  const [edits, setEdits] = useState<Edits>({});
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const edit = useCallback((option: string, value: string | undefined) => {
    setEdits((current) => withMember(current, option, value));
    setFaults((current) => withMember(current, option, undefined));
  }, []);
  const forget = useCallback((options: readonly string[]) => {
    const without = (current: Edits) => Object.fromEntries(Object.entries(current).filter(([option]) => !options.includes(option)));
    setEdits(without);
    setFaults(without);
  }, []);
  return { edits, faults, edit, forget, setFaults };
}

function withMember(members: Edits, name: string, value: string | undefined): Edits {
  const others = Object.entries(members).filter(([other]) => other !== name);
  return Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
}
