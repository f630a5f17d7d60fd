import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedGateway } from '../../test/gateway';
import { renderElement } from '../../test/renderApp';
import type { Notify } from './useNotify';
import { UndoShortcut } from './UndoShortcut';
import { useNotify } from './useNotify';

beforeEach(() => {
  new ScriptedGateway();
});

async function renderWith(tell: (notify: Notify) => void) {
  function Actor() {
    const notify = useNotify();
    return (
      <>
        <button onClick={() => tell(notify)}>Act</button>
        <UndoShortcut />
      </>
    );
  }
  const app = renderElement(<Actor />);
  await app.user.click(await screen.findByRole('button', { name: 'Act' }));
  return app;
}

describe('notices', () => {
  it('are told in a live region', async () => {
    await renderWith((notify) => notify.success('It is done'));
    expect(screen.getByRole('region', { name: 'Notices' })).toHaveAttribute('aria-live', 'polite');
    expect(screen.getByRole('region', { name: 'Notices' })).toHaveTextContent('It is done');
  });

  it('say of a failure why, and which request it was', async () => {
    await renderWith((notify) => notify.failure('Not deleted', { kind: 'rejected', message: 'it is in use', requestId: 'req-8' }));
    const region = screen.getByRole('region', { name: 'Notices' });
    expect(region).toHaveTextContent('Not deleted');
    expect(region).toHaveTextContent('It is in use');
    expect(region).toHaveTextContent('Request req-8');
  });

  it('go when they are closed', async () => {
    const { user } = await renderWith((notify) => notify.info('By the way'));
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByText('By the way')).toBeNull());
  });

  it('offer the way back', async () => {
    const undo = vi.fn();
    const { user } = await renderWith((notify) => notify.undoable('Deleted', undo));
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(undo).toHaveBeenCalledTimes(1);
    expect(await screen.findByText('Undone')).toBeVisible();
    expect(screen.queryByText('Deleted')).toBeNull();
  });

  it('are taken back by a key, the newest first', async () => {
    const undone: string[] = [];
    const { user } = await renderWith((notify) => ['one', 'two'].forEach((name) => notify.undoable(name, () => void undone.push(name))));
    await user.keyboard('z');
    await screen.findByText('Undone');
    await user.keyboard('z');
    expect(undone).toEqual(['two', 'one']);
    await user.keyboard('z');
    expect(undone).toHaveLength(2);
  });

  it('stay while somebody is at them', async () => {
    await renderWith((notify) => notify.undoable('Deleted', () => undefined));
    vi.useFakeTimers();
    fireEvent.mouseEnter(screen.getByRole('alert'));
    act(() => {
      vi.advanceTimersByTime(60_000);
    });
    expect(screen.getByText('Deleted')).toBeVisible();
    fireEvent.mouseLeave(screen.getByRole('alert'));
    act(() => {
      vi.advanceTimersByTime(10_000);
    });
    expect(screen.queryByText('Deleted')).toBeNull();
    vi.useRealTimers();
  });

  it('say when there was no way back', async () => {
    const { user } = await renderWith((notify) => notify.undoable('Deleted', () => Promise.reject(new Error('too late'))));
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('It could not be undone')).toBeVisible();
  });

  it('are at most four, the newest last', async () => {
    await renderWith((notify) => ['one', 'two', 'three', 'four', 'five'].forEach((text) => notify.info(text)));
    expect(screen.queryByText('one')).toBeNull();
    expect(screen.getAllByRole('alert').map((alert) => alert.textContent)).toEqual(['two', 'three', 'four', 'five']);
  });
});
