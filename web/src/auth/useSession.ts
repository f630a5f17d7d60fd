import { useMemo } from 'react';
import { managementApi } from '../api/endpoints';
import { selectUserId, signedIn, signedOut } from './sessionSlice';
import { tellOtherTabs } from './sessionChannel';
import { givenPassword, signedInAgain } from './interruptions';
import { type RootState, useAppDispatch } from '../app/store';
import { useStore } from 'react-redux';

const { getUserLogout, getUserSelf, postUserLogin } = managementApi.endpoints;

export interface Session {
  /** Rejects with the `ApiProblem`. */
  signIn: (username: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
  /** Forgets what was shown: the session is over, here or in another tab. */
  leave: () => void;
}

export function useSession(): Session {
  const dispatch = useAppDispatch();
  const store = useStore<RootState>();
  return useMemo(() => {
    const leave = () => {
      signedInAgain.settle(false);
      givenPassword.settle(false);
      dispatch(signedOut());
      dispatch(managementApi.util.resetApiState());
    };
    return {
      signIn: async (username, password) => {
        const before = selectUserId(store.getState());
        const user = await dispatch(postUserLogin.initiate({ body: { username, password } })).unwrap();
        tellOtherTabs({ type: 'signedIn', userId: user.id });
        if (before !== undefined && before !== user.id) {
          location.assign(document.baseURI);
          return;
        }
        await dispatch(getUserSelf.initiate(undefined, { forceRefetch: true, subscribe: false })).unwrap();
        dispatch(managementApi.util.invalidateTags(['setup']));
        dispatch(signedIn(user.id));
        signedInAgain.settle(true);
      },
      signOut: async () => {
        await dispatch(getUserLogout.initiate()).unwrap();
        tellOtherTabs({ type: 'signedOut' });
        leave();
      },
      leave,
    };
  }, [dispatch, store]);
}
