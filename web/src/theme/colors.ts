export type Scheme = 'light' | 'dark';

/** What failed, in charts as everywhere else. */
export const errorColor = { light: '#b3261e', dark: '#ff9a90' } as const;
