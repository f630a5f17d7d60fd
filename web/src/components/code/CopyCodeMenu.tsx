import CodeIcon from '@mui/icons-material/Code';
import Button from '@mui/material/Button';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiCall, codeFormIds, codeForms } from './callCode';
import { useCopyCode } from './useCopyCode';

/** Copies a call as a command or a program, in which the key is the environment's. */
export function CopyCodeMenu({ call }: { call: ApiCall }) {
  const { t } = useTranslation('code');
  const copyCode = useCopyCode();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  return (
    <>
      <Button variant="outlined" startIcon={<CodeIcon />} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>
        {t('copyCode')}
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close} slotProps={{ list: { 'aria-label': t('copyCode') } }}>
        {codeFormIds.map((form) => (
          <MenuItem
            key={form}
            onClick={() => {
              close();
              copyCode(form, call);
            }}
          >
            {codeForms[form].name}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
