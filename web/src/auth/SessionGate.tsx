import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useGetStatusQuery, useGetUserSelfQuery } from '../api/generated';
import { useAppDispatch, useAppSelector } from '../app/store';
import { lazyOr, Nothing } from '../components/lazyOr';
import { BootScreen } from '../layout/BootScreen';
import { selectPhase, selectUserId, selectWantsPassword, signedIn, signedOut } from './sessionSlice';
import { onOtherTab } from './sessionChannel';
import { signedInAgain } from './interruptions';
import { useSession } from './useSession';

const PasswordDialog = lazy(async () => ({ default: (await import('./PasswordDialog')).PasswordDialog }));
const SessionWatch = lazyOr(async () => (await import('./SessionWatch')).SessionWatch, Nothing);
const SignInAgainDialog = lazy(async () => ({ default: (await import('./SignInAgainDialog')).SignInAgainDialog }));

/** Finds out at the start who is looking, before anything is drawn, and keeps watch on the session afterwards. */
export function SessionGate({ children }: { children: ReactNode }) {
  const dispatch = useAppDispatch();
  const phase = useAppSelector(selectPhase);
  const wantsPassword = useAppSelector(selectWantsPassword);
  const status = useGetStatusQuery();
  const self = useGetUserSelfQuery(undefined, { skip: phase === 'guest' });
  useOtherTabs();

  const isGuest = self.error && 'kind' in self.error && self.error.kind === 'signedOut';
  useEffect(() => {
    if (phase !== 'unknown') return;
    if (self.data) dispatch(signedIn(self.data.id));
    else if (isGuest) dispatch(signedOut());
  }, [dispatch, phase, self.data, isGuest]);

  if (!status.data || phase === 'unknown') {
    const error = status.error ?? (isGuest ? undefined : self.error);
    const retry = () => {
      void status.refetch();
      void self.refetch();
    };
    return <BootScreen error={error} onRetry={retry} />;
  }
  return (
    <>
      {children}
      <Suspense>{phase === 'active' && <SessionWatch />}</Suspense>
      <Suspense>{wantsPassword && <PasswordDialog />}</Suspense>
      <Suspense>{phase === 'expired' && <SignInAgainDialog />}</Suspense>
    </>
  );
}

function useOtherTabs() {
  const dispatch = useAppDispatch();
  const userId = useAppSelector(selectUserId);
  const { leave } = useSession();
  useEffect(
    () =>
      onOtherTab((message) => {
        if (message.type === 'signedOut') return leave();
        if (message.userId !== userId) return location.assign(document.baseURI);
        dispatch(signedIn(message.userId));
        signedInAgain.settle(true);
      }),
    [dispatch, leave, userId],
  );
}
