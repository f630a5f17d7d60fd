import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { RequireSession } from '../auth/RequireSession';
import { BareLayout } from '../layout/BareLayout';
import { BootScreen } from '../layout/BootScreen';
import { RouteFailure } from '../layout/RouteFailure';
import { basePath } from './basePath';
import { formerPaths } from './formerPaths';
import { pages } from './pages';

const pageRoutes = pages.map(
  (page): RouteObject => ({
    path: page.path,
    handle: page,
    errorElement: <RouteFailure />,
    lazy: async () => {
      const { default: Page } = await page.load();
      return { Component: Page };
    },
  }),
);

const formerRoutes = Object.entries(formerPaths).map(([path, to]): RouteObject => ({ path, element: <Navigate to={to} replace /> }));

const notFound: RouteObject = { path: '*', lazy: async () => ({ Component: (await import('../pages/notFound')).default }) };

const screens: RouteObject[] = [
  { path: '/login', lazy: async () => ({ Component: (await import('../pages/login')).default }) },
  {
    element: <RequireSession />,
    children: [
      { path: '/', element: <Navigate to="/panel" replace /> },
      {
        path: '/panel',
        lazy: async () => ({ Component: (await import('../layout/AppShell')).AppShell }),
        children: [...pageRoutes, ...formerRoutes, notFound],
      },
    ],
  },
  { element: <BareLayout />, children: [notFound] },
];


export const routes: RouteObject[] = [{ errorElement: <RouteFailure />, hydrateFallbackElement: <BootScreen />, children: screens }];

export function createRouter() {
  return createBrowserRouter(routes, { basename: basePath });
}
