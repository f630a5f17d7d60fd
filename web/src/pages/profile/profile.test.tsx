import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ScriptedGateway } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';

describe('preferences', () => {
  it('are kept for the account, the page to start with among them', async () => {
    const gateway = new ScriptedGateway({ 'PUT /api/user/self/preferences': null });
    const { user, router } = renderApp('/panel/profile');
    await user.click(await screen.findByRole('combobox', { name: 'Page to start with' }));
    await user.click(screen.getByRole('option', { name: 'Tokens' }));
    await waitFor(() => expect(gateway.callsTo('PUT /api/user/self/preferences')[0]?.body).toMatchObject({ startPage: 'tokens' }));
    await router.navigate('/');
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/tokens'));
  });

  it('say how the console looks at once', async () => {
    new ScriptedGateway({ 'PUT /api/user/self/preferences': null });
    const { user } = renderApp('/panel/profile');
    await user.click(await screen.findByRole('combobox', { name: 'Theme' }));
    await user.click(screen.getByRole('option', { name: 'Dark' }));
    await waitFor(() => expect(document.documentElement).toHaveAttribute('data-scheme', 'dark'));
  });
});
