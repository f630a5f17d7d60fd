import { useCallback } from 'react';
import { useAppDispatch } from '../app/store';
import { givenPassword } from './interruptions';
import { passwordWanted } from './sessionSlice';

const never = new AbortController().signal;

/** Asks for the password, after which answers have the keys that were left out. @return whether it was given. */
export function useAskPassword(): () => Promise<boolean> {
  const dispatch = useAppDispatch();
  return useCallback(() => {
    dispatch(passwordWanted());
    return givenPassword.wait(never);
  }, [dispatch]);
}
