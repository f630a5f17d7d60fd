import { describe, expect, it, vi } from 'vitest';
import { ShortcutRegistry } from './registry';

function press(registry: ShortcutRegistry, key: string, init: KeyboardEventInit & { target?: Element; timeStamp?: number } = {}): boolean {
  const event = new KeyboardEvent('keydown', { key, ...init });
  Object.defineProperty(event, 'target', { value: init.target ?? document.body });
  Object.defineProperty(event, 'timeStamp', { value: init.timeStamp ?? 0 });
  return registry.press(event);
}

function registered(keys: string) {
  const registry = new ShortcutRegistry();
  const run = vi.fn();
  return { registry, run, remove: registry.add({ keys, label: keys, run }) };
}

describe('shortcuts', () => {
  it('run on their key, and no longer once they are gone', () => {
    const { registry, run, remove } = registered('j');
    expect(press(registry, 'j')).toBe(true);
    remove();
    expect(press(registry, 'j')).toBe(false);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('take two keys in a row, within a moment', () => {
    const { registry, run } = registered('g c');
    press(registry, 'g', { timeStamp: 0 });
    press(registry, 'c', { timeStamp: 500 });
    expect(run).toHaveBeenCalledTimes(1);
    press(registry, 'g', { timeStamp: 1_000 });
    press(registry, 'c', { timeStamp: 5_000 });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('let text be text, but keep Ctrl', () => {
    const { registry, run } = registered('j');
    const palette = vi.fn();
    registry.add({ keys: 'mod+k', label: 'palette', run: palette });
    const input = document.createElement('input');
    expect(press(registry, 'j', { target: input })).toBe(false);
    expect(press(registry, 'k', { target: input, ctrlKey: true })).toBe(true);
    expect(run).not.toHaveBeenCalled();
    expect(palette).toHaveBeenCalledTimes(1);
  });

  it('leave Enter to the button that has the focus', () => {
    const { registry, run } = registered('Enter');
    expect(press(registry, 'Enter', { target: document.createElement('button') })).toBe(false);
    expect(press(registry, 'Enter')).toBe(true);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('prefer what was registered last', () => {
    const { registry, run } = registered('e');
    const inner = vi.fn();
    registry.add({ keys: 'e', label: 'inner', run: inner });
    press(registry, 'e');
    expect(inner).toHaveBeenCalledTimes(1);
    expect(run).not.toHaveBeenCalled();
  });
});
