import type { OptionMeta } from '../../api/generated';

export type SectionId = OptionMeta['section'];

/** What somebody typed and has not saved, by option. */
export type Edits = Readonly<Record<string, string>>;

/** In the order in which the gateway lists them. */
export function sectionsOf(settings: readonly OptionMeta[]): SectionId[] {
  return [...new Set(settings.map(({ section }) => section))];
}

export function isDirty(setting: OptionMeta, edits: Edits): boolean {
  const edited = edits[setting.option];
  if (edited === undefined) return false;
  return setting.kind === 'secret' || edited !== setting.value;
}

export function dirtyOnes(settings: readonly OptionMeta[], edits: Edits): OptionMeta[] {
  return settings.filter((setting) => isDirty(setting, edits));
}

/** A setting is found by all words of the query, in its key, its option, its name and its sentence. */
export function matchesSearch(setting: OptionMeta, name: string, query: string): boolean {
  const { key, option, variable, help } = setting;
  const text = `${name} ${key} ${option} ${variable} ${help}`.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

const longTexts = ['site.footer', 'site.notice', 'site.about', 'site.home_page', 'site.analytics_code', 'site.chat_links'];

/** Whether a text usually has several lines. */
export function isLongText({ key, kind, unit, default: usual }: OptionMeta): boolean {
  if (kind === 'list') return unit === 'line';
  return kind === 'text' && (longTexts.includes(key) || usual.startsWith('{'));
}
