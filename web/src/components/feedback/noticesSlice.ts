import { createSlice, nanoid, type PayloadAction } from '@reduxjs/toolkit';
import type { ApiProblem } from '../../api/problem';

export interface Notice {
  id: string;
  severity: 'success' | 'info' | 'error';
  text: string;
  problem?: ApiProblem;
  /** Whether `useNotify` holds a way back for it. */
  canUndo?: boolean;
}

export const noticesSlice = createSlice({
  name: 'notices',
  initialState: [] as Notice[],
  reducers: {
    noticeShown: {
      prepare: (notice: Omit<Notice, 'id'>) => ({ payload: { ...notice, id: nanoid() } }),
      reducer: (state, { payload }: PayloadAction<Notice>) => [...state.slice(-3), payload],
    },
    noticeClosed: (state, { payload }: PayloadAction<string>) => state.filter((notice) => notice.id !== payload),
  },
});

export const { noticeShown, noticeClosed } = noticesSlice.actions;
