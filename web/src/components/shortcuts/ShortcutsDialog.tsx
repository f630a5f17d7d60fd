import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { Fragment, useContext, useId, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { monospace } from '../../theme/theme';
import type { Shortcut } from './registry';
import { ShortcutContext } from './useShortcut';

function withoutHidden(shortcuts: readonly Shortcut[]): Shortcut[] {
  return shortcuts.filter((shortcut, index) => shortcuts.findIndex((other) => other.keys === shortcut.keys) === index);
}

function keyNames(keys: string): string[] {
  const command = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
  return keys.split(' ').map((key) => key.replace('mod+', `${command} `));
}

/** The keys that do something here and now. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('layout');
  const { t: common } = useTranslation();
  const registry = useContext(ShortcutContext);
  const shortcuts = withoutHidden(useSyncExternalStore(registry.subscribe, registry.list));
  const titleId = useId();
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={onClose} aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('shortcuts')}</DialogTitle>
      <DialogContent>
        <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: 'max-content 1fr', columnGap: 3, rowGap: 1, m: 0 }}>
          {shortcuts.map((shortcut) => (
            <Fragment key={shortcut.keys}>
              <dt>
                {keyNames(shortcut.keys).map((key) => (
                  <Key key={key} name={key} />
                ))}
              </dt>
              <Box component="dd" sx={{ m: 0 }}>
                {shortcut.label}
              </Box>
            </Fragment>
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{common('close')}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Key({ name }: { name: string }) {
  return (
    <Box component="kbd" sx={{ fontFamily: monospace, fontSize: '0.85em', px: 0.75, py: 0.25, mr: 0.5, border: 1, borderColor: 'divider', borderRadius: 0.5 }}>
      {name}
    </Box>
  );
}
