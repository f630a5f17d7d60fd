export interface Shortcut {
  /** One key as `KeyboardEvent.key` names it, or two with a space between: "g c". With `mod+` before it: Ctrl or ⌘. */
  keys: string;
  label: string;
  run: () => void;
}

type Listener = () => void;

const sequenceMs = 1_200;

/** The shortcuts in force, newest first: what a dialog or page registers wins over what is below it. */
export class ShortcutRegistry {
  private shortcuts: readonly Shortcut[] = [];
  private readonly listeners = new Set<Listener>();
  private prefix: { key: string; atMs: number } | undefined;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly list = (): readonly Shortcut[] => this.shortcuts;

  add(shortcut: Shortcut): () => void {
    this.replace([shortcut, ...this.shortcuts]);
    return () => this.replace(this.shortcuts.filter((other) => other !== shortcut));
  }

  /** @return whether the key was one of ours. */
  press(event: KeyboardEvent): boolean {
    const keys = this.keysOf(event);
    if (keys === undefined) return false;
    const shortcut = this.shortcuts.find((candidate) => candidate.keys === keys);
    if (shortcut) {
      this.prefix = undefined;
      shortcut.run();
      return true;
    }
    const begins = this.shortcuts.some((candidate) => candidate.keys.startsWith(`${keys} `));
    this.prefix = begins ? { key: keys, atMs: event.timeStamp } : undefined;
    return begins;
  }

  private keysOf(event: KeyboardEvent): string | undefined {
    const withCommand = event.ctrlKey || event.metaKey;
    if (withCommand) return `mod+${event.key.toLowerCase()}`;
    if (event.altKey || isTyping(event.target)) return undefined;
    if (event.key === 'Enter' && isControl(event.target)) return undefined;
    const continues = this.prefix !== undefined && event.timeStamp - this.prefix.atMs < sequenceMs;
    return continues && this.prefix ? `${this.prefix.key} ${event.key}` : event.key;
  }

  private replace(shortcuts: readonly Shortcut[]): void {
    this.shortcuts = shortcuts;
    this.listeners.forEach((notify) => notify());
  }
}

/** Keys typed into a field are its text, and in a dialog or menu they are its own. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select, [role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null;
}

/** Enter on a button or link presses that. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('a, button, summary, [role="button"], [role="checkbox"], [role="switch"]') !== null;
}
