import SearchIcon from '@mui/icons-material/Search';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useTranslation } from 'react-i18next';
import { usePalette } from './PaletteProvider';

export function PaletteButton() {
  const { t } = useTranslation('layout');
  const { openPalette } = usePalette();
  const roomy = useMediaQuery(useTheme().breakpoints.up('md'));
  if (!roomy) {
    return (
      <IconButton aria-label={t('palette.open')} onClick={openPalette}>
        <SearchIcon fontSize="small" />
      </IconButton>
    );
  }
  return (
    <Button color="inherit" variant="outlined" startIcon={<SearchIcon />} onClick={openPalette} sx={{ borderColor: 'divider', color: 'text.secondary', minWidth: 220, justifyContent: 'flex-start' }}>
      {t('palette.open')}
    </Button>
  );
}
