import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { preferencesChanged } from '../../app/preferencesSlice';
import { accessibilityFaults } from '../../test/axe';
import { ScriptedGateway } from '../../test/gateway';
import { renderElement } from '../../test/renderApp';
import { TimePicker } from './TimePicker';
import { readRange } from './timeRange';
import { useTimeRange } from './useTimeRange';

function Picker({ comparable }: { comparable: boolean }) {
  const range = useTimeRange('24h');
  return (
    <>
      <pre>{JSON.stringify({ from: range.from, to: range.to, length: range.to - range.from, every: range.refreshEveryS, compare: range.compare })}</pre>
      <TimePicker range={range} comparable={comparable} />
    </>
  );
}

beforeEach(() => {
  new ScriptedGateway();
});

async function renderPicker(path = '/', comparable = false) {
  const app = renderElement(<Picker comparable={comparable} />, path);
  await screen.findByText(/^\{/);
  app.store.dispatch(preferencesChanged({ timeZone: 'Asia/Shanghai' }));
  const range = () => JSON.parse(screen.getByText(/^\{/).textContent) as { from: number; to: number; length: number; every: number; compare: boolean };
  const open = async (label: string | RegExp) => {
    await app.user.click(screen.getByRole('button', { name: label }));
    return screen.findByRole('dialog', { name: 'Time' });
  };
  return { ...app, range, open };
}

describe('TimePicker', () => {
  it('offers a comparison where the page has one, and keeps it in the address', async () => {
    const { range, open, user, router } = await renderPicker('/?range=1h', true);
    const dialog = await open('Last hour');
    await user.click(within(dialog).getByRole('switch', { name: 'Compare with the period before' }));
    expect(range().compare).toBe(true);
    expect(router.state.location.search).toBe('?range=1h&compare=1');
    await user.click(within(dialog).getByRole('switch', { name: 'Compare with the period before' }));
    expect(router.state.location.search).toBe('?range=1h');
  });

  it('offers none elsewhere', async () => {
    const { open } = await renderPicker();
    expect(within(await open('Last 24 hours')).queryByRole('switch')).toBeNull();
  });

  it('looks back from now, as far as the address says or the page likes', async () => {
    const { range, open, user, router } = await renderPicker('/?page=3&cursor=9');
    expect(range().length).toBe(86_400);
    await open('Last 24 hours');
    await user.click(screen.getByRole('menuitem', { name: 'Last 15 minutes' }));
    await waitFor(() => expect(range().length).toBe(900));
    expect(router.state.location.search).toBe('?range=15m');
  });

  it('takes a stretch of time in the account’s time zone', async () => {
    const { range, open, user, router } = await renderPicker();
    const dialog = await open('Last 24 hours');
    expect(within(dialog).getByRole('combobox', { name: 'Time zone' })).toHaveValue('Asia/Shanghai');
    const [from, to] = [within(dialog).getByLabelText('From'), within(dialog).getByLabelText('To')];
    await user.clear(from);
    await user.type(from, '2026-11-26T08:00');
    await user.clear(to);
    await user.type(to, '2026-11-26T07:00');
    expect(within(dialog).getByText('The end must come after the beginning')).toBeVisible();
    expect(within(dialog).getByRole('button', { name: 'Apply' })).toBeDisabled();
    await user.clear(to);
    await user.type(to, '2026-11-26T09:30');
    await user.click(within(dialog).getByRole('button', { name: 'Apply' }));
    await waitFor(() => expect(range()).toMatchObject({ from: Date.UTC(2026, 10, 26, 0, 0) / 1000, to: Date.UTC(2026, 10, 26, 1, 30) / 1000 }));
    expect(router.state.location.search).toMatch(/^\?from=\d+&to=\d+$/);
  });

  it('changes the time zone, and what is typed with it', async () => {
    const { open, user, store } = await renderPicker('/?from=1795651200&to=1795654800');
    const dialog = await open(/2026/);
    expect(within(dialog).getByLabelText('From')).toHaveValue('2026-11-26T08:00');
    const zone = within(dialog).getByRole('combobox', { name: 'Time zone' });
    await user.clear(zone);
    await user.type(zone, 'Europe/Berlin{ArrowDown}{Enter}');
    expect(store.getState().preferences.timeZone).toBe('Europe/Berlin');
    expect(within(dialog).getByLabelText('From')).toHaveValue('2026-11-26T01:00');
  });

  it('moves on with a refresh, and only then', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000);
    const { range, user } = await renderPicker('/?range=1h');
    expect(range().to).toBe(1_800_000_000);
    now.mockReturnValue(1_800_000_500_000);
    expect(range().to).toBe(1_800_000_000);
    await user.click(screen.getByRole('button', { name: 'Refresh' }));
    expect(range()).toMatchObject({ to: 1_800_000_500, length: 3_600 });
  });

  it('refreshes by itself as often as the address says', async () => {
    const { range, open, user, router } = await renderPicker();
    const dialog = await open('Last 24 hours');
    await user.click(within(dialog).getByRole('combobox', { name: 'Refresh by itself' }));
    await user.click(screen.getByRole('option', { name: 'Every 30 seconds' }));
    await waitFor(() => expect(range().every).toBe(30));
    expect(router.state.location.search).toBe('?refresh=30');
  });

  it('is accessible', async () => {
    const { open } = await renderPicker();
    expect(await accessibilityFaults(await open('Last 24 hours'))).toEqual([]);
  });
});

describe('readRange', () => {
  it.each(['range=2h', 'from=5', 'from=9&to=3', 'from=a&to=b', 'from=-1&to=5', ''])('takes what makes no sense for the default: %s', (query) => {
    expect(readRange(new URLSearchParams(query), '7d')).toEqual({ preset: '7d' });
  });
});
