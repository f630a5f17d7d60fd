import i18next, { type BackendModule, type ResourceKey } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { languages, type Language } from './languages';

const files = import.meta.glob<{ default: ResourceKey }>('./locales/*/*.json');

/** One small chunk a language and namespace, loaded when a page first asks for it. */
const chunks: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, namespace, done) => {
    const load = files[`./locales/${language}/${namespace}.json`];
    if (!load) return done(new Error(`no texts ${language}/${namespace}`), false);
    load().then((file) => done(null, file.default), (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), false));
  },
};

export function startI18n(language: Language) {
  i18next.on('languageChanged', (current) => {
    document.documentElement.lang = current;
  });
  return i18next
    .use(chunks)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: 'en',
      supportedLngs: Object.keys(languages),
      ns: ['common', 'errors', 'layout'],
      defaultNS: 'common',
      interpolation: { escapeValue: false }, // React escapes
    });
}
