import { type ComponentType, lazy } from 'react';
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { RequireSession } from '../auth/RequireSession';
import { BareLayout } from '../layout/BareLayout';
import { RouteFailure } from '../layout/RouteFailure';
import { StartPage } from '../layout/StartPage';
import { basePath } from './basePath';
import { formerPaths } from './formerPaths';
import { pages } from './pages';

/** Loads when it is first drawn. Not by the router's own `lazy`: where that fails, the router shows its waiting screen for good. */
function loaded(load: () => Promise<{ default: ComponentType }>) {
  const Page = lazy(load);
  return <Page />;
}

const pageRoutes = pages.map((page): RouteObject => ({ path: page.path, handle: page, element: loaded(page.load) }));

const formerRoutes = Object.entries(formerPaths).map(([path, to]): RouteObject => ({ path, element: <Navigate to={to} replace /> }));

const notFound: RouteObject = { path: '*', element: loaded(() => import('../pages/notFound')) };

const screens: RouteObject[] = [
  { path: '/login', element: loaded(() => import('../pages/login')) },
  {
    element: <RequireSession />,
    children: [
      { path: '/', element: <StartPage /> },
      { path: '/panel', element: loaded(() => import('../layout/AppShell')), children: [...pageRoutes, ...formerRoutes, notFound] },
    ],
  },
  { element: <BareLayout />, children: [notFound] },
];

export const routes: RouteObject[] = [{ errorElement: <RouteFailure />, children: screens }];

export function createRouter() {
  return createBrowserRouter(routes, { basename: basePath });
}
