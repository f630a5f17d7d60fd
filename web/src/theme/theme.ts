import { createTheme, type Theme } from '@mui/material/styles';
import { zhCN, enUS } from '@mui/material/locale';
import type { Density } from '../app/preferencesSlice';
import type { Language } from '../i18n/languages';
import { errorColor } from './colors';

const muiTexts = { en: enUS, 'zh-CN': zhCN };

const systemFonts = [
  'system-ui',
  '-apple-system',
  '"Segoe UI"',
  'Roboto',
  '"Noto Sans"',
  '"PingFang SC"',
  '"Microsoft YaHei"',
  '"Noto Sans CJK SC"',
  'sans-serif',
].join(', ');

export const monospace = 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", Menlo, Consolas, monospace';

/** Widths below which the layout changes: cards in place of tables, a drawer in place of the sidebar. */
const breakpoints = { values: { xs: 0, sm: 600, md: 900, lg: 1280, xl: 1800 } };

/** The arrow lies in the padding of the cell: each column that can be sorted would else be wider by it. */
const sortLabel = {
  root: { position: 'relative', verticalAlign: 'top' },
  icon: { position: 'absolute', left: '100%', margin: 0, fontSize: 14, '.MuiTableCell-alignRight &': { left: 'auto', right: '100%' } },
} as const;

export function consoleTheme(density: Density, language: Language): Theme {
  const size = density === 'compact' ? 'small' : 'medium';
  return createTheme(
    {
      cssVariables: { colorSchemeSelector: 'data-scheme' },
      colorSchemes: {
        light: {
          palette: {
            primary: { main: '#1f5fbf' },
            success: { main: '#1d7440' },
            warning: { main: '#8f5400' },
            error: { main: errorColor.light },
            info: { main: '#0b6485' },
            background: { default: '#f6f7f9', paper: '#ffffff' },
            text: { primary: '#1b1f26', secondary: '#525a66' },
            divider: '#dde1e7',
          },
        },
        dark: {
          palette: {
            primary: { main: '#8ab6f9' },
            success: { main: '#74cf94' },
            warning: { main: '#f2b866' },
            error: { main: errorColor.dark },
            info: { main: '#7fd0ee' },
            background: { default: '#12151a', paper: '#1a1e25' },
            text: { primary: '#e8ebf0', secondary: '#a9b2bf' },
            divider: '#323944',
          },
        },
      },
      breakpoints,
      shape: { borderRadius: 8 },
      spacing: density === 'compact' ? 6 : 8,
      typography: {
        fontFamily: systemFonts,
        fontSize: 14,
        h1: { fontSize: '1.5rem', fontWeight: 650, lineHeight: 1.3 },
        h2: { fontSize: '1.125rem', fontWeight: 650, lineHeight: 1.4 },
        h3: { fontSize: '1rem', fontWeight: 650, lineHeight: 1.4 },
        button: { textTransform: 'none', fontWeight: 500 },
      },
      components: {
        MuiCssBaseline: {
          styleOverrides: {
            ':focus-visible': { outline: '2px solid currentColor', outlineOffset: 2 },
            'h1:focus, main:focus': { outline: 'none' },
            '@media (prefers-reduced-motion: reduce)': {
              '*, *::before, *::after': { animationDuration: '0.01ms !important', transitionDuration: '0.01ms !important', scrollBehavior: 'auto !important' },
            },
          },
        },
        MuiButton: { defaultProps: { size, disableElevation: true } },
        MuiIconButton: { defaultProps: { size } },
        MuiTextField: { defaultProps: { size: 'small', fullWidth: true } },
        MuiFormControl: { defaultProps: { size: 'small' } },
        MuiAutocomplete: { defaultProps: { size: 'small' } },
        MuiTable: { defaultProps: { size } },
        MuiTableSortLabel: { styleOverrides: sortLabel },
        MuiTableCell: { styleOverrides: { root: { '&.MuiTableCell-sizeMedium:not(.MuiTableCell-paddingCheckbox)': { padding: '10px 12px' } } } },
        MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: 'none' } } },
        MuiCard: { defaultProps: { variant: 'outlined' } },
        MuiLink: { defaultProps: { underline: 'hover' } },
        MuiToggleButton: { styleOverrides: { root: ({ theme }) => ({ '&:not(.Mui-selected)': { color: theme.vars.palette.text.secondary } }) } },
        MuiTooltip: { defaultProps: { arrow: true, describeChild: true } },
      },
    },
    muiTexts[language],
  );
}
