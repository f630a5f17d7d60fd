import { useCallback } from 'react';
import { managementApi } from '../../api/endpoints';
import type { ChannelRunResult } from '../../api/generated';
import { useAppDispatch } from '../../app/store';
import { type StreamedRun, useStreamedRun } from './useStreamedRun';

export interface ChannelRun extends Omit<StreamedRun<ChannelRunResult>, 'start'> {
  start: (scope: 'all' | 'disabled') => void;
}

/** A test of all channels, one after the other, which may switch them. */
export function useChannelRun(): ChannelRun {
  const dispatch = useAppDispatch();
  const { start: startRun, ...run } = useStreamedRun<ChannelRunResult>();
  const start = useCallback(
    (scope: 'all' | 'disabled') => {
      void startRun({ url: '/api/sse/channel/test_all', params: { scope } }).then(() => dispatch(managementApi.util.invalidateTags(['channels'])));
    },
    [startRun, dispatch],
  );
  return { ...run, start };
}
