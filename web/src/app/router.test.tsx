import { screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { refusal, ScriptedGateway } from '../test/gateway';
import { renderApp } from '../test/renderApp';
import { setWidth } from '../test/width';
import type * as PagesModule from './pages';

const gone = vi.hoisted(() => () => Promise.reject(new TypeError('Failed to fetch dynamically imported module: /assets/x.js')));

vi.mock('./pages', async (original) => {
  const actual = await original<typeof PagesModule>();
  return { ...actual, pages: actual.pages.map((page) => (page.id === 'models' ? { ...page, load: gone } : page)) };
});
vi.mock('../pages/login', () => ({
  default: () => {
    throw new Error('boom');
  },
}));

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

describe('a page whose code is gone', () => {
  it('says so in its place, leaving the menu to go elsewhere', async () => {
    setWidth(1280);
    new ScriptedGateway();
    renderApp('/panel/models');
    expect(await screen.findByText('A part of the console is not there')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Load anew' })).toBeVisible();
    expect(screen.getByRole('navigation', { name: 'Main menu' })).toBeInTheDocument();
  });
});

describe('a screen that fails while nothing surrounds it', () => {
  it('says that it failed, with details to copy', async () => {
    new ScriptedGateway({ 'GET /api/user/self': refusal(401, 'sign in') });
    renderApp('/login');
    expect(await screen.findByText('This part failed')).toBeVisible();
    expect(await screen.findByRole('button', { name: 'Copy the details' })).toBeVisible();
  });
});
