import i18next from 'i18next';
import type { PaletteItem } from './paletteItems';

/** More would be lost among what can be done with them. */
const mostWithActions = 3;

export interface ObjectAction {
  verb: string;
  item: Omit<PaletteItem, 'label'>;
}

interface Objects<T> {
  /** What may be done to any of them, as somebody types it: "disable bob". None: they are only shown. */
  verbs: readonly string[];
  find: (keyword: string) => Promise<readonly T[]>;
  itemOf: (object: T) => PaletteItem;
  actionsOf: (object: T) => readonly ObjectAction[];
}

/** Objects by a keyword, a few with what can be done to them; "<verb> <keyword>" with only that. */
export async function searchWithActions<T>(query: string, { verbs, find, itemOf, actionsOf }: Objects<T>): Promise<PaletteItem[]> {
  const t = i18next.getFixedT(null, 'layout');
  const verb = verbs.find((word) => query.toLowerCase().startsWith(`${word.toLowerCase()} `));
  const found = await find(verb === undefined ? query : query.slice(verb.length).trim());
  return found.flatMap((object) => {
    const shown = itemOf(object);
    const actions = verbs.length > 0 ? actionsOf(object).filter((action) => verb === undefined || action.verb === verb) : [];
    const doing = actions.map((action): PaletteItem => ({ ...action.item, label: t('palette.do.choose', { what: action.verb, choice: shown.label }) }));
    if (verb !== undefined) return doing;
    return found.length <= mostWithActions ? [shown, ...doing] : [shown];
  });
}
