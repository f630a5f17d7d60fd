import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

/** `expired`: the session ended while somebody was at work, who is asked to sign in again in place. */
export type SessionPhase = 'unknown' | 'guest' | 'active' | 'expired';

interface SessionState {
  phase: SessionPhase;
  userId?: number;
  /** Something waits for the password to be given once more. */
  wantsPassword?: boolean;
}

const initialState: SessionState = { phase: 'unknown' };

export const sessionSlice = createSlice({
  name: 'session',
  initialState,
  reducers: {
    signedIn: (_state, { payload }: PayloadAction<number>): SessionState => ({ phase: 'active', userId: payload }),
    signedOut: (): SessionState => ({ phase: 'guest' }),
    sessionExpired: (state) => {
      if (state.phase === 'active') state.phase = 'expired';
    },
    passwordWanted: (state) => {
      state.wantsPassword = true;
    },
    passwordSettled: (state) => {
      state.wantsPassword = false;
    },
  },
  selectors: {
    selectPhase: (state) => state.phase,
    selectUserId: (state) => state.userId,
    selectWantsPassword: (state) => state.wantsPassword ?? false,
  },
});

export const { signedIn, signedOut, sessionExpired, passwordWanted, passwordSettled } = sessionSlice.actions;
export const { selectPhase, selectUserId, selectWantsPassword } = sessionSlice.selectors;
