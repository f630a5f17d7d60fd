import { screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { accessibilityFaults } from '../test/axe';
import { ScriptedGateway } from '../test/gateway';
import { renderElement } from '../test/renderApp';
import { ConfirmDialog } from './ConfirmDialog';

beforeEach(() => {
  new ScriptedGateway();
});

async function ask(onConfirm: () => unknown, typed?: string) {
  const onClose = vi.fn();
  const app = renderElement(<ConfirmDialog title="Delete it?" text="Three tokens stop working." confirmLabel="Delete" danger typed={typed} onConfirm={onConfirm} onClose={onClose} />);
  await screen.findByRole('alertdialog', { name: 'Delete it?', description: 'Three tokens stop working.' });
  return { ...app, onClose };
}

describe('ConfirmDialog', () => {
  it('does it, then closes', async () => {
    const onConfirm = vi.fn(() => Promise.resolve());
    const { user, onClose } = await ask(onConfirm);
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    expect(onConfirm).toHaveBeenCalledTimes(1);
    await waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
  });

  it('does nothing on Escape or Enter, since the focus is on the way out', async () => {
    const onConfirm = vi.fn();
    const { user, onClose } = await ask(onConfirm);
    await waitFor(() => expect(screen.getByRole('button', { name: 'Cancel' })).toHaveFocus());
    await user.keyboard('{Enter}');
    await user.keyboard('{Escape}');
    expect(onConfirm).not.toHaveBeenCalled();
    expect(onClose).toHaveBeenCalledTimes(2);
  });

  it('stays, and says why, when it fails', async () => {
    const failure = { kind: 'rejected', message: 'it is in use', requestId: 'req-4' };
    const { user, onClose } = await ask(() => Promise.reject(failure));
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    expect(await screen.findByText('It is in use')).toBeVisible();
    expect(screen.getByText('Request req-4')).toBeVisible();
    expect(onClose).not.toHaveBeenCalled();
  });

  it('wants what cannot be undone to be typed', async () => {
    const onConfirm = vi.fn();
    const { user } = await ask(onConfirm, 'prod');
    expect(await accessibilityFaults(screen.getByRole('alertdialog'))).toEqual([]);
    await user.type(screen.getByRole('textbox', { name: /Type “prod”/ }), 'pro');
    expect(screen.getByRole('button', { name: 'Delete' })).toBeDisabled();
    await user.type(screen.getByRole('textbox'), 'd');
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    expect(onConfirm).toHaveBeenCalledTimes(1);
  });
});
