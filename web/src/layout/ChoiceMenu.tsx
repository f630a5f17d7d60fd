import IconButton from '@mui/material/IconButton';
import type SvgIcon from '@mui/material/SvgIcon';
import { lazy, Suspense, useState } from 'react';

const ChoiceList = lazy(() => import('./ChoiceList'));

export interface Choice {
  value: string;
  label: string;
  lang?: string;
}

interface ChoiceMenuProps {
  label: string;
  icon: typeof SvgIcon;
  value: string;
  choices: readonly Choice[];
  onChoose: (value: string) => void;
}

/** An icon button with a menu of which one entry is chosen. The menu's code comes with the first click. */
export function ChoiceMenu({ label, icon: Icon, value, choices, onChoose }: ChoiceMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const choose = (chosen: string) => {
    setAnchor(null);
    onChoose(chosen);
  };
  return (
    <>
      <IconButton aria-label={label} title={label} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>
        <Icon fontSize="small" />
      </IconButton>
      {anchor && (
        <Suspense>
          <ChoiceList anchor={anchor} label={label} value={value} choices={choices} onChoose={choose} onClose={() => setAnchor(null)} />
        </Suspense>
      )}
    </>
  );
}
