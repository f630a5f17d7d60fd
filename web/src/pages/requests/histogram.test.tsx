import { act, screen, waitFor, within } from '@testing-library/react';
import type uPlot from 'uplot';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogSpan } from '../../api/generated';
import { testAdmin } from '../../test/accounts';
import { accessibilityFaults } from '../../test/axe';
import { type Call, page, refusal, ScriptedGateway } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';
import { errorColor } from '../../theme/colors';

/** The options of what was drawn: the canvas itself needs a browser. */
const drawn = vi.hoisted((): uPlot.Options[] => []);

vi.mock('uplot', () => ({
  default: class {
    static paths = { bars: () => undefined };
    constructor(options: uPlot.Options) {
      drawn.push(options);
    }
    setSize = () => undefined;
    destroy = () => undefined;
  },
}));

const list = { ...page([]), total_is_exact: false, next_before_id: 0 };

/** As the gateway answers it, with members beside the data. */
function histogram(data: LogSpan[], complete = true) {
  return Response.json({ success: true, message: '', data, span: 600, complete });
}

function operators(answer: Response): ScriptedGateway {
  return new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/log/': list, 'GET /api/log/histogram': () => answer.clone() });
}

beforeEach(() => {
  drawn.length = 0;
});

describe('the histogram of requests', () => {
  it('shows over time what the list holds, failed calls apart, also as a table', async () => {
    const spans = [{ start: 1_760_000_000, count: 5, errors: 2, quota: 9 }, { start: 1_760_000_600, count: 0, errors: 0, quota: 0 }];
    const server = operators(histogram(spans));
    const { user } = renderApp('/panel/requests?f.channel=is:3&f.model=is:gpt-a&from=1759990000&to=1760010000');
    await user.click(await screen.findByText('As a table'));
    const table = within(await screen.findByRole('table', { name: 'Requests over time' }));
    const rows = table.getAllByRole('row').map((row) => within(row).queryAllByRole('cell').map((cell) => cell.textContent));
    expect(rows.slice(1)).toEqual([['3', '2'], ['0', '0']]);
    expect(drawn.at(-1)?.series.find(({ label }) => label === 'Failed')?.stroke).toBe(errorColor.light);
    expect(Object.fromEntries(server.callsTo('GET /api/log/histogram').at(-1)!.params)).toEqual({ channel_id: '3', model_name: 'gpt-a', start_timestamp: '1759990000', end_timestamp: '1760010000' });
    expect(await accessibilityFaults(screen.getByRole('figure'))).toEqual([]);
  });

  it('asks for the spread of their own calls where that is all that users see, and leaves it out where nothing is', async () => {
    const server = new ScriptedGateway({ 'GET /api/log/self': list, 'GET /api/log/self/histogram': histogram([{ start: 1_760_000_000, count: 0, errors: 0, quota: 0 }]) });
    renderApp('/panel/requests');
    await screen.findByText('No requests in this time');
    await waitFor(() => expect(server.callsTo('GET /api/log/self/histogram')).toHaveLength(1));
    expect(screen.queryByRole('figure')).toBeNull();
    expect(server.callsTo('GET /api/log/histogram')).toEqual([]);
  });

  it('says so where there are too many rows to count them all', async () => {
    operators(histogram([{ start: 1_760_000_000, count: 9, errors: 0, quota: 9 }], false));
    renderApp('/panel/requests');
    expect(await screen.findByText(/begins with the newest million/)).toBeVisible();
  });

  it('says why the spread is not shown, beside the list', async () => {
    operators(refusal('too many rows for this filter'));
    renderApp('/panel/requests');
    expect(await screen.findByText('Too many rows for this filter')).toBeVisible();
    expect(screen.getByText('No requests in this time')).toBeVisible();
  });

  it('shows the time before behind it, in the table and in the figures', async () => {
    const now = [{ start: 1_760_000_000, count: 6, errors: 1, quota: 9 }, { start: 1_760_000_600, count: 0, errors: 0, quota: 0 }];
    const before = [{ start: 1_759_990_000, count: 1, errors: 0, quota: 9 }, { start: 1_759_990_600, count: 3, errors: 0, quota: 9 }];
    const server = operators(histogram(now));
    server.script({ 'GET /api/log/histogram': ({ params }: Call) => histogram(params.get('start_timestamp') === '1760000000' ? now : before) });
    const { user } = renderApp('/panel/requests?from=1760000000&to=1760001199&compare=1');
    expect(await screen.findByText('Requests: 6 (+50% against the period before) · Failed: 1 (none in the period before)')).toBeVisible();
    expect(server.callsTo('GET /api/log/histogram').map(({ params }) => [params.get('start_timestamp'), params.get('end_timestamp')])).toEqual([['1760000000', '1760001199'], ['1759998800', '1759999999']]);
    await user.click(await screen.findByText('As a table'));
    const table = within(await screen.findByRole('table', { name: 'Requests over time' }));
    expect(table.getAllByRole('row').map((row) => within(row).queryAllByRole('cell').map((cell) => cell.textContent)).slice(1)).toEqual([['5', '1', '1'], ['0', '0', '3']]);
    const [, drawnFirst] = drawn.at(-1)?.series ?? [];
    expect(drawnFirst).toMatchObject({ label: 'Period before', dash: [4, 3] });
  });

  it('does not compare what was not counted whole', async () => {
    const spans = [{ start: 1_760_000_000, count: 6, errors: 1, quota: 9 }];
    const server = operators(histogram(spans));
    server.script({ 'GET /api/log/histogram': ({ params }: Call) => histogram(spans, params.get('start_timestamp') === '1760000000') });
    renderApp('/panel/requests?from=1760000000&to=1760001199&compare=1');
    expect(await screen.findByText(/begins with the newest million/)).toBeVisible();
    expect(screen.queryByText(/against the period before/)).toBeNull();
  });

  it('narrows the time of the list to the stretch that is marked', async () => {
    const server = operators(histogram([{ start: 1_760_000_000, count: 5, errors: 0, quota: 9 }]));
    const { router } = renderApp('/panel/requests');
    await waitFor(() => expect(drawn).not.toHaveLength(0));
    const marked = { select: { left: 10, width: 40 }, posToVal: (x: number) => 1_760_000_000 + x, setSelect: () => undefined } as unknown as uPlot;
    act(() => drawn.at(-1)?.hooks?.setSelect?.forEach((select) => select?.(marked)));
    await waitFor(() => expect(router.state.location.search).toBe('?from=1760000010&to=1760000050'));
    await waitFor(() => expect(server.callsTo('GET /api/log/').at(-1)?.params.get('end_timestamp')).toBe('1760000050'));
  });
});
