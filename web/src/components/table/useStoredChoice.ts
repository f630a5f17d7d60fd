import { useCallback, useState } from 'react';
import { readStored, writeStored } from '../../app/storage';
import { useAccount } from '../../auth/useAccount';

/** Something the account chose for a list, such as its columns, kept in this browser. */
export function useStoredChoice<T>(name: string, isValid: (value: unknown) => value is T): [T | undefined, (value: T | undefined) => void] {
  const key = `tollgate.${useAccount().id}.${name}`;
  const [state, setState] = useState(() => ({ key, value: readStored(localStorage, key, isValid) }));
  if (state.key !== key) setState({ key, value: readStored(localStorage, key, isValid) });
  const store = useCallback(
    (value: T | undefined) => {
      writeStored(localStorage, key, value);
      setState({ key, value });
    },
    [key],
  );
  return [state.value, store];
}
