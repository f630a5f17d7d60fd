import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { RequireSession } from '../auth/RequireSession';
import { basePath } from './basePath';
import { formerPaths } from './formerPaths';
import { pages } from './pages';

const pageRoutes = pages.map(
  (page): RouteObject => ({
    path: page.path,
    handle: page,
    lazy: async () => {
      const { default: Page } = await page.load();
      return { Component: Page };
    },
  }),
);

const formerRoutes = Object.entries(formerPaths).map(([path, to]): RouteObject => ({ path, element: <Navigate to={to} replace /> }));

export const routes: RouteObject[] = [
  { path: '/login', lazy: async () => ({ Component: (await import('../pages/login')).default }) },
  {
    element: <RequireSession />,
    children: [
      { path: '/', element: <Navigate to="/panel" replace /> },
      {
        path: '/panel',
        lazy: async () => ({ Component: (await import('../layout/AppShell')).AppShell }),
        children: [...pageRoutes, ...formerRoutes, { path: '*', lazy: async () => ({ Component: (await import('../pages/notFound')).default }) }],
      },
    ],
  },
  { path: '*', lazy: async () => ({ Component: (await import('../pages/notFound')).default }) },
];


export function createRouter() {
  return createBrowserRouter(routes, { basename: basePath });
}
