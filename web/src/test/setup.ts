import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import i18next, { type ResourceKey } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll } from 'vitest';

// A machine that is busy with other things as well is no fault of a page.
configure({ asyncUtilTimeout: 8_000 });

const texts = import.meta.glob<ResourceKey>('../i18n/locales/*/*.json', { eager: true, import: 'default' });

/** All texts at once, so that no test waits for a chunk. */
beforeAll(async () => {
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({ lng: 'en', fallbackLng: 'en', defaultNS: 'common', ns: ['common'], interpolation: { escapeValue: false } });
    for (const [path, file] of Object.entries(texts)) {
      const [, language = '', namespace = ''] = /([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
      i18next.addResourceBundle(language, namespace, file);
    }
  }
  await i18next.changeLanguage('en');
});

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
  // Each rendered console has styles of its own; left behind, they make every look at a style slower.
  document.head.querySelectorAll('style[data-emotion]').forEach((style) => style.remove());
});

// What jsdom lacks. It lays nothing out and draws nothing: no media query matches, unless a test sets a width.
window.matchMedia = (media) => Object.assign(new EventTarget(), { matches: false, media, onchange: null, addListener: () => undefined, removeListener: () => undefined });
HTMLCanvasElement.prototype.getContext = () => null;
class NoResizes {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
}
globalThis.ResizeObserver = NoResizes;
Element.prototype.setPointerCapture = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
window.scrollTo = () => undefined;
