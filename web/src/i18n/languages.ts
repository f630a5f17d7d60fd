/** Names are in the language itself, as people look for them. */
export const languages = { en: 'English', 'zh-CN': '简体中文' } as const;

export type Language = keyof typeof languages;

export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && value in languages;
}

/** The first of the wanted languages that there is, by its main part: `zh-TW` reads `zh-CN` rather than English. */
export function matchLanguage(wanted: readonly string[], otherwise: Language = 'en'): Language {
  for (const tag of wanted) {
    const main = tag.toLowerCase().split(/[-_]/)[0];
    const found = Object.keys(languages).filter(isLanguage).find((language) => language.toLowerCase().split('-')[0] === main);
    if (found) return found;
  }
  return otherwise;
}
