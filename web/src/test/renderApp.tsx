import { render, type RenderResult } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { type ReactElement, Suspense } from 'react';
import { createMemoryRouter, Outlet, type RouteObject, type RouterProviderProps } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { App, AppProviders } from '../app/App';
import { routes } from '../app/router';
import { type AppStore, createStore } from '../app/store';
import { SessionGate } from '../auth/SessionGate';
import { Notices } from '../components/feedback/Notices';
import { PaletteProvider } from '../components/palette/PaletteProvider';

export interface RenderedApp extends RenderResult {
  user: UserEvent;
  store: AppStore;
  router: RouterProviderProps['router'];
}

/** The whole console at an address, against the scripted gateway of the test. */
export function renderApp(path = '/'): RenderedApp {
  const store = createStore();
  const router = createMemoryRouter(routes, { initialEntries: [path] });
  const user = userEvent.setup();
  return { user, store, router, ...render(<App store={store} router={router} />) };
}

/** One element, signed in, with everything pages expect around them. `path` is its address, `otherRoutes` where links may lead. */
export function renderElement(element: ReactElement, path = '/', otherRoutes: RouteObject[] = []): RenderedApp {
  const store = createStore();
  const frame = (
    <PaletteProvider>
      <main>
        <Outlet />
      </main>
    </PaletteProvider>
  );
  const router = createMemoryRouter([{ element: frame, children: [{ path: new URL(path, 'http://x').pathname, element }, ...otherRoutes] }], { initialEntries: [path] });
  const user = userEvent.setup();
  const rendered = render(
    <AppProviders store={store}>
      <Suspense>
        <SessionGate>
          <RouterProvider router={router} />
        </SessionGate>
        <Notices />
      </Suspense>
    </AppProviders>,
  );
  return { user, store, router, ...rendered };
}
