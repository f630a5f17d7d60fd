import { useCallback } from 'react';
import { listChoiceChanged } from '../../app/preferencesSlice';
import { useAppDispatch, useAppSelector } from '../../app/store';

/** Something the account chose for a list, such as its columns, kept with its preferences. */
export function useStoredChoice<T>(name: string, isValid: (value: unknown) => value is T): [T | undefined, (value: T | undefined) => void] {
  const stored = useAppSelector((state) => state.preferences.lists[name]);
  const dispatch = useAppDispatch();
  const store = useCallback((value: T | undefined) => dispatch(listChoiceChanged({ name, value })), [dispatch, name]);
  return [isValid(stored) ? stored : undefined, store];
}
