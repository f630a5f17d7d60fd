import AddIcon from '@mui/icons-material/FilterListOutlined';
import Button from '@mui/material/Button';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '../shortcuts/useShortcut';
import type { ListState } from '../table/useListState';
import { FilterChip } from './FilterChip';
import { FilterEditor } from './FilterEditor';
import type { AppliedFilter, FilterField } from './fields';
import { SavedViews } from './SavedViews';

interface FilterBarProps {
  state: ListState;
  fields: readonly FilterField[];
}

interface Editing {
  field: FilterField;
  filter?: AppliedFilter;
  anchor: HTMLElement;
}

/** The filters of a list as chips: each says field, operator and values, is changed by a click and taken away by its cross. */
export function FilterBar({ state, fields }: FilterBarProps) {
  const { t } = useTranslation('filters');
  const [editing, setEditing] = useState<Editing>();
  const [menuOpen, setMenuOpen] = useState(false);
  const [addButton, setAddButton] = useState<HTMLButtonElement | null>(null);
  useShortcut({ keys: '/', label: t('add'), run: () => setMenuOpen(true) });
  const fieldOf = (filter: AppliedFilter) => fields.find((field) => field.id === filter.field);
  const replace = (old: AppliedFilter | undefined, next?: AppliedFilter) => {
    const kept = state.filters.filter((filter) => filter !== old);
    state.setFilters(next ? [...kept, next] : kept);
  };
  const choose = (field: FilterField) => {
    setMenuOpen(false);
    if (addButton) setEditing({ field, anchor: addButton });
  };
  return (
    <Stack direction="row" useFlexGap role="group" aria-label={t('filters')} sx={{ alignItems: 'center', flexWrap: 'wrap', gap: 1, mb: 2 }}>
      <Button ref={setAddButton} size="small" color="inherit" startIcon={<AddIcon />} aria-haspopup="menu" aria-expanded={menuOpen} onClick={() => setMenuOpen(true)}>
        {t('add')}
      </Button>
      {state.filters.map((filter) => {
        const field = fieldOf(filter);
        if (!field) return null;
        const edit = (anchor: HTMLElement) => setEditing({ field, filter, anchor });
        return <FilterChip key={`${filter.field} ${filter.operator} ${filter.values.join()}`} field={field} filter={filter} onEdit={edit} onRemove={() => replace(filter)} />;
      })}
      {state.filters.length > 0 && (
        <Button size="small" color="inherit" onClick={state.clear}>
          {t('clear')}
        </Button>
      )}
      <SavedViews state={state} />
      <Menu anchorEl={addButton} open={menuOpen} onClose={() => setMenuOpen(false)} slotProps={{ list: { 'aria-label': t('add') } }}>
        {fields.map((field) => (
          <MenuItem key={field.id} onClick={() => choose(field)}>
            {field.label}
          </MenuItem>
        ))}
      </Menu>
      {editing && (
        <FilterEditor
          {...editing}
          onClose={() => setEditing(undefined)}
          onApply={(next) => {
            replace(editing.filter, next);
            setEditing(undefined);
          }}
        />
      )}
    </Stack>
  );
}
