// Cells that stay in sight where the columns are wider than the window.

export const checkboxWidth = 44;

/** As the row below it looks, so that what scrolls under it cannot be seen. */
const opaque = {
  position: 'sticky',
  bgcolor: 'background.paper',
  'tr:hover > &, tr.Mui-selected > &': { backgroundImage: 'linear-gradient(var(--mui-palette-action-hover) 0 0)' },
} as const;

/** A row's menu; what scrolls under it fades out. */
export const atTheEdge = {
  ...opaque,
  right: 0,
  '&::before': { content: '""', position: 'absolute', insetBlock: '0 1px', right: '100%', width: 12, background: 'linear-gradient(to right, transparent, var(--mui-palette-background-paper))', pointerEvents: 'none' },
} as const;

/** Checkbox and first column, where they are wanted to. */
export function atTheStart(left: number, pinned: boolean) {
  return pinned && ({ ...opaque, left, zIndex: 1 } as const);
}

/** Cells of the head stay in sight both ways. */
export const aboveRows = { zIndex: 3 } as const;

/** Where the first column begins: after the checkbox, if there is one. */
export function startOf(selection: unknown): number {
  return selection === undefined ? 0 : checkboxWidth;
}
