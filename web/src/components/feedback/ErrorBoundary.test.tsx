import { screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedGateway } from '../../test/gateway';
import { renderElement } from '../../test/renderApp';
import { ErrorBoundary } from './ErrorBoundary';

// The gateway is away, and with it the code that was not loaded yet.
vi.mock('../CopyButton', () => {
  throw new TypeError('Failed to fetch dynamically imported module: /assets/CopyButton.js');
});

let thrown: unknown;
let breaks = true;

function Panel() {
  if (breaks) throw thrown;
  return <p>All is well</p>;
}

beforeEach(() => {
  new ScriptedGateway();
  breaks = true;
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

describe('a panel that fails while it is drawn, with the gateway away', () => {
  it.each([['an error', new Error('boom')], ['nothing at all', undefined]])('says so and can be tried again, whatever was thrown: %s', async (_what, what) => {
    thrown = what;
    const { user } = renderElement(
      <ErrorBoundary>
        <Panel />
      </ErrorBoundary>,
    );
    const retry = await screen.findByRole('button', { name: 'Try again' });
    breaks = false;
    await user.click(retry);
    expect(screen.getByText('All is well')).toBeVisible();
  });
});
