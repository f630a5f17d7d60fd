import { managementApi } from '../../api/endpoints';
import type { AppDispatch } from '../../app/store';

const { getLogRequestId } = managementApi.endpoints;

// The log is written in batches, shortly after the answer.
const lookAfterMs = [400, 800, 1_600, 3_200];

/** @return what a call was charged, in quota; null if the log does not have it. */
export async function findCharge(dispatch: AppDispatch, requestId: string): Promise<number | null> {
  for (const waitMs of lookAfterMs) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const { data } = await dispatch(getLogRequestId.initiate({ requestId }, { forceRefetch: true, subscribe: false }));
    if (data) return data.row.quota;
  }
  return null;
}
