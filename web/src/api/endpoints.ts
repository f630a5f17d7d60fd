import { generatedApi } from './generated';

const testTimeoutMs = 120_000;

/** The management API with what its description does not say: which calls may take long, which answers are no envelope. */
export const managementApi = generatedApi.enhanceEndpoints({
  endpoints: {
    getChannelTestId: { extraOptions: { envelope: false, timeoutMs: testTimeoutMs } },
    getChannelTest: { extraOptions: { timeoutMs: testTimeoutMs } },
    postChannelProbe: { extraOptions: { envelope: false, timeoutMs: testTimeoutMs } },
    postPricesSync: { extraOptions: { timeoutMs: testTimeoutMs } },
  },
});
