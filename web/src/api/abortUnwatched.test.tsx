import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { testAdmin } from '../test/accounts';
import { type Call, page, ScriptedGateway } from '../test/gateway';
import { renderApp } from '../test/renderApp';

/** Answers only when the caller goes away. */
function untilAborted({ signal }: Call): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new DOMException('ended', 'AbortError'))));
}

function logCalls(gateway: ScriptedGateway, range: string) {
  const span = (call: Call) => Number(call.params.get('end_timestamp')) - Number(call.params.get('start_timestamp'));
  return gateway.callsTo('GET /api/log/').filter((call) => span(call) === { '1h': 3_600, '7d': 604_800 }[range]);
}

describe('a query that nobody looks at any more', () => {
  it('is ended when its page is left, and asked anew by who comes back', async () => {
    const gateway = new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/log/': untilAborted });
    const { router } = renderApp('/panel/requests?range=1h');
    await waitFor(() => expect(logCalls(gateway, '1h')).toHaveLength(1));
    await router.navigate('/panel/profile');
    await waitFor(() => expect(logCalls(gateway, '1h')[0]?.signal?.aborted).toBe(true));
    gateway.script({ 'GET /api/log/': { ...page([]), total_is_exact: false, next_before_id: 0 } });
    await router.navigate('/panel/requests?range=1h');
    expect(await screen.findByText('No requests in this time')).toBeVisible();
  });

  it('is ended when something else is asked for in its place, which goes on', async () => {
    const gateway = new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/log/': untilAborted });
    const { router } = renderApp('/panel/requests?range=1h');
    await waitFor(() => expect(logCalls(gateway, '1h')).toHaveLength(1));
    await router.navigate('/panel/requests?range=7d');
    await waitFor(() => expect(logCalls(gateway, '1h')[0]?.signal?.aborted).toBe(true));
    expect(logCalls(gateway, '7d').at(-1)?.signal?.aborted).toBe(false);
  });
});
