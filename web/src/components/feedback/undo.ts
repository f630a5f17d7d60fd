type Undo = () => void | Promise<void>;

export const undoKey = 'z';

// Functions have no place in the store.
const undos = new Map<string, Undo>();

export function rememberUndo(noticeId: string, undo: Undo): void {
  undos.set(noticeId, undo);
}

export function forgetUndo(noticeId: string): void {
  undos.delete(noticeId);
}

export async function runUndo(noticeId: string): Promise<void> {
  const undo = undos.get(noticeId);
  undos.delete(noticeId);
  await undo?.();
}
