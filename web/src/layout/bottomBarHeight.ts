const height = '--bottom-bar-height';

/** For the page, while the bar is there. */
export function withBottomBar(pixels: number) {
  return { ':root': { [height]: `${pixels}px` } };
}

/** Where what sticks to the window's lower edge ends: so many pixels above the bar, if there is one. */
export function aboveBottomBar(pixels: number): string {
  return `calc(var(${height}, 0px) + ${pixels}px)`;
}
