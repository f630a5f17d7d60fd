const hues = { light: ['#1f5fbf', '#b4530a', '#1d7440', '#8e3b9e', '#0b7285', '#b3261e', '#5f6b00', '#6d4fc4', '#a3335f', '#4a5568'], dark: ['#8ab6f9', '#f2b866', '#74cf94', '#dba0e6', '#7fd0ee', '#ff9a90', '#cfd86a', '#b9a5f7', '#f29bbf', '#b6c0cf'] };

/** One colour for a model, channel or user wherever it is drawn: it comes from its name. */
export function colorOf(id: string, scheme: 'light' | 'dark'): string {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  const colors = hues[scheme];
  return colors[hash % colors.length] ?? '#4a5568';
}

/** Colours of a chart's series: each its own where there are enough, so that neighbours can be told apart. */
export function seriesColors(ids: readonly string[], scheme: 'light' | 'dark'): string[] {
  const taken = new Set<string>();
  return ids.map((id) => {
    const own = colorOf(id, scheme);
    const color = taken.has(own) ? (hues[scheme].find((free) => !taken.has(free)) ?? own) : own;
    taken.add(color);
    return color;
  });
}
