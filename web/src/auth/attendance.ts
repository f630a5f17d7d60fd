/** Without input for so long, nobody is at the console: what it asks for by itself is then no use of the session. */
const attendedForMs = 60_000;

let lastInputAt = Date.now();

function noteInput(): void {
  lastInputAt = Date.now();
}

for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchmove']) addEventListener(kind, noteInput, { capture: true, passive: true });

export function isAttended(): boolean {
  return Date.now() - lastInputAt < attendedForMs;
}
