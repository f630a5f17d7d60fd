import { usePaletteActions } from '../palette/PaletteProvider';
import { RowMenu } from './RowMenu';
import type { RowAction } from './tableTypes';

/** What can be done with the object of a page, in its head and in the palette. */
export function PageMenu({ actions }: { actions: readonly RowAction[] }) {
  usePaletteActions(actions.filter(({ disabled }) => !disabled).map(({ id, label, icon, onClick }) => ({ id: `here:${id}`, label, icon, run: onClick })));
  return <RowMenu actions={actions} />;
}
