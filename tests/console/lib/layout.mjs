// What is wrong with how a page lies in its window.

/** From here on tables have room for what they show at first. */
const WIDE = 1280;

/** @return what runs out of the window sideways, headings and buttons whose text is cut, and tables wider than a wide window. */
export function layoutFaults(page) {
  return page.evaluate(async (wide) => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const root = document.documentElement;
    const described = (element) => `<${element.localName}> “${element.textContent.trim().slice(0, 60)}”`;
    const visible = (element) => element.checkVisibility() && element.clientWidth > 1;

    const faults = [];
    if (root.scrollWidth > root.clientWidth) {
      const outside = [...document.querySelectorAll('main *, header *, [role=dialog] *')].filter((element) => visible(element) && element.getBoundingClientRect().right > root.clientWidth + 1);
      faults.push(`the document is ${root.scrollWidth} px wide, by ${described(outside.at(-1) ?? document.body)}`);
    }
    const mustBeWhole = 'h1, h2, h3, h4, button, [role=button], [role=tab], a[class*=Button]';
    for (const element of document.querySelectorAll(mustBeWhole)) {
      if (!visible(element) || element.scrollWidth <= element.clientWidth + 1) continue;
      if (getComputedStyle(element).overflowX !== 'visible') faults.push(`cut: ${described(element)}`);
    }
    for (const table of root.clientWidth >= wide ? document.querySelectorAll('main table') : []) {
      const frame = table.parentElement;
      if (visible(frame) && frame.scrollWidth > frame.clientWidth) faults.push(`the table “${table.getAttribute('aria-label')}” is ${frame.scrollWidth - frame.clientWidth} px too wide`);
    }
    return faults;
  }, WIDE);
}
