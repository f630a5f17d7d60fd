// Between Unix seconds and what `<input type="datetime-local">` holds, in any time zone.

/** "2026-11-26T09:30" in the time zone. */
export function unixToInput(seconds: number, timeZone: string | undefined): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(seconds * 1000);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** @return nothing for what is no time. A time that a change of the clocks leaves out becomes the one an hour off. */
export function inputToUnix(text: string, timeZone: string | undefined): number | undefined {
  const asUtc = Date.parse(`${text}Z`) / 1000;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text) || Number.isNaN(asUtc)) return undefined;
  // The offset is that of the moment looked for, which the second round knows better than the first.
  const first = asUtc - offsetAt(asUtc, timeZone);
  return asUtc - offsetAt(first, timeZone);
}

function offsetAt(seconds: number, timeZone: string | undefined): number {
  const minute = Math.floor(seconds / 60) * 60;
  return Date.parse(`${unixToInput(minute, timeZone)}Z`) / 1000 - minute;
}
