import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '../shortcuts/useShortcut';

interface RowKeyOptions<Row> {
  rows: readonly Row[];
  onOpen?: (row: Row) => void;
  onEdit?: (row: Row) => void;
  onToggle?: (row: Row) => void;
}

export interface RowKeys {
  /** The row that the keyboard is at, or -1. */
  active: number;
  setActive: (index: number) => void;
  /** A ref for the active row: it takes the focus when the keyboard moves there. */
  takeActiveRow: (element: HTMLElement | null) => void;
}

/** `j` and `k` walk the rows; `Enter` opens, `e` edits and `x` selects the one they are at. */
export function useRowKeys<Row>({ rows, onOpen, onEdit, onToggle }: RowKeyOptions<Row>): RowKeys {
  const { t } = useTranslation('table');
  const [chosen, setActive] = useState(-1);
  const active = Math.min(chosen, rows.length - 1);
  const activeRow = useRef<HTMLElement>(null);
  const takeActiveRow = useCallback((element: HTMLElement | null) => {
    activeRow.current = element;
  }, []);
  const row = rows[active];
  const walk = (step: number) => setActive(Math.min(Math.max(active + step, 0), rows.length - 1));
  useEffect(() => {
    if (active >= 0) activeRow.current?.focus();
  }, [active]);
  useShortcut({ keys: 'j', label: t('keys.next'), run: () => walk(1), enabled: rows.length > 0 });
  useShortcut({ keys: 'k', label: t('keys.previous'), run: () => walk(-1), enabled: rows.length > 0 });
  useShortcut({ keys: 'Enter', label: t('keys.open'), run: () => row && onOpen?.(row), enabled: row !== undefined && onOpen !== undefined });
  useShortcut({ keys: 'e', label: t('keys.edit'), run: () => row && onEdit?.(row), enabled: row !== undefined && onEdit !== undefined });
  useShortcut({ keys: 'x', label: t('keys.select'), run: () => row && onToggle?.(row), enabled: row !== undefined && onToggle !== undefined });
  return { active, setActive, takeActiveRow };
}
