import type SvgIcon from '@mui/material/SvgIcon';
import type { Capability } from '../../api/generated';
import type { AppDispatch } from '../../app/store';
import type { Notify } from '../feedback/useNotify';

export interface PaletteItem {
  id: string;
  label: string;
  /** Beside the label, in small: an id, a state. */
  hint?: string;
  icon?: typeof SvgIcon;
  /** Where it leads; or `run`, what it does. */
  to?: string;
  run?: () => void;
}

export interface PaletteTools {
  dispatch: AppDispatch;
  can: (capability: Capability) => boolean;
  notify: Notify;
}

/** Finds objects by what somebody typed: the default export of a page's `search` module, asked with two letters or more. */
export type PaletteSearch = (query: string, tools: PaletteTools) => Promise<PaletteItem[]>;

/** Whether all words of the query are in the text, wherever. */
export function matchesQuery(text: string, query: string): boolean {
  const haystack = text.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => haystack.includes(word));
}
