import { CacheProvider } from '@emotion/react';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider, useColorScheme } from '@mui/material/styles';
import { type ReactNode, Suspense, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Provider } from 'react-redux';
import { type DataRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { SessionGate } from '../auth/SessionGate';
import { ErrorBoundary } from '../components/feedback/ErrorBoundary';
import { Notices } from '../components/feedback/Notices';
import { isLanguage, matchLanguage } from '../i18n/languages';
import { BootScreen } from '../layout/BootScreen';
import { styleCache } from '../theme/emotion';
import { consoleTheme } from '../theme/theme';
import { type AppStore, useAppSelector } from './store';
import { useLanguageOfAnswers } from './useLanguageOfAnswers';
import { useSite } from './useSite';

interface AppProps {
  store: AppStore;
  router: DataRouter;
}

export function App({ store, router }: AppProps) {
  return (
    <AppProviders store={store}>
      <ErrorBoundary>
        <Suspense fallback={<BootScreen />}>
          <SessionGate>
            <RouterProvider router={router} />
          </SessionGate>
          <Notices />
        </Suspense>
      </ErrorBoundary>
    </AppProviders>
  );
}

/** Everything components expect around them, apart from a router. */
export function AppProviders({ store, children }: { store: AppStore; children: ReactNode }) {
  const cache = useMemo(() => styleCache(), []);
  return (
    <CacheProvider value={cache}>
      <Provider store={store}>
        <Themed>{children}</Themed>
      </Provider>
    </CacheProvider>
  );
}

function Themed({ children }: { children: ReactNode }) {
  const { density, language } = useAppSelector((state) => state.preferences);
  const { i18n } = useTranslation();
  const { language: siteLanguage } = useSite();
  const current = isLanguage(i18n.language) ? i18n.language : 'en';
  useEffect(() => {
    const wanted = language ?? matchLanguage(navigator.languages, siteLanguage);
    if (wanted !== i18n.language) void i18n.changeLanguage(wanted);
  }, [i18n, language, siteLanguage]);
  useLanguageOfAnswers();
  const theme = useMemo(() => consoleTheme(density, current), [density, current]);
  return (
    <ThemeProvider theme={theme} defaultMode="system">
      <CssBaseline enableColorScheme />
      <ChosenScheme />
      {children}
    </ThemeProvider>
  );
}

/** MUI draws the first paint by what it kept itself; afterwards the account's choice is in force. */
function ChosenScheme() {
  const { themeMode } = useAppSelector((state) => state.preferences);
  const { setMode } = useColorScheme();
  useEffect(() => setMode(themeMode), [setMode, themeMode]);
  return null;
}
