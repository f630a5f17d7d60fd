import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { createRouter } from './app/router';
import { createStore } from './app/store';
import { startI18n } from './i18n/i18n';
import { matchLanguage } from './i18n/languages';

const root = document.getElementById('root');
if (!root) throw new Error('the shell has no #root');

const store = createStore();
await startI18n(store.getState().preferences.language ?? matchLanguage(navigator.languages));
createRoot(root).render(
  <StrictMode>
    <App store={store} router={createRouter()} />
  </StrictMode>,
);
