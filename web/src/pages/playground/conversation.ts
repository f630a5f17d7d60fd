import { nanoid } from '@reduxjs/toolkit';
import type { ChatContentPart, ChatMessage } from '../../api/generated';
import { isRecord, readStored, writeStored } from '../../app/storage';
import { newRun, type Run } from '../../components/chat/run';

export interface QuestionTurn {
  id: string;
  role: 'user';
  text: string;
  /** As `data:` addresses. */
  images: readonly string[];
}

export interface AnswerTurn {
  id: string;
  role: 'assistant';
  run: Run;
}

export type Turn = QuestionTurn | AnswerTurn;

export interface Conversation {
  system: string;
  turns: readonly Turn[];
}

export const emptyConversation: Conversation = { system: '', turns: [] };

export function question(text: string, images: readonly string[] = []): QuestionTurn {
  return { id: nanoid(), role: 'user', text, images };
}

export function openAnswer(model: string): AnswerTurn {
  return { id: nanoid(), role: 'assistant', run: newRun(model) };
}

/** The turns up to, but not with, one of them. */
export function turnsBefore(turns: readonly Turn[], id: string): readonly Turn[] {
  const index = turns.findIndex((turn) => turn.id === id);
  return index < 0 ? turns : turns.slice(0, index);
}

export function withRun(turns: readonly Turn[], id: string, run: Run): readonly Turn[] {
  return turns.map((turn) => (turn.id === id && turn.role === 'assistant' ? { ...turn, run } : turn));
}

export function isAnswering({ turns }: Conversation): boolean {
  return turns.some((turn) => turn.role === 'assistant' && turn.run.status === 'running');
}

/** What a model is sent: answers that never came are left out. */
export function messagesOf(system: string, turns: readonly Turn[]): ChatMessage[] {
  const instruction: ChatMessage[] = system.trim() ? [{ role: 'system', content: system }] : [];
  return [...instruction, ...turns.flatMap(messageOf)];
}

function messageOf(turn: Turn): ChatMessage[] {
  if (turn.role === 'user') return [{ role: 'user', content: contentOf(turn) }];
  return turn.run.text ? [{ role: 'assistant', content: turn.run.text }] : [];
}

function contentOf({ text, images }: QuestionTurn): ChatMessage['content'] {
  if (images.length === 0) return text;
  const words: ChatContentPart[] = text ? [{ type: 'text', text }] : [];
  return [...words, ...images.map((url): ChatContentPart => ({ type: 'image_url', image_url: { url } }))];
}

/** Each account's own, as long as the tab is open. */
function storageKey(userId: number): string {
  return `tollgate.playground.${userId}`;
}

export function keepConversation(userId: number, conversation: Conversation): void {
  const isEmpty = conversation.system === '' && conversation.turns.length === 0;
  writeStored(sessionStorage, storageKey(userId), isEmpty ? undefined : conversation);
}

export function keptConversation(userId: number): Conversation {
  const kept = readStored(sessionStorage, storageKey(userId), isConversation);
  return kept ? { ...kept, turns: kept.turns.map(asLeft) } : emptyConversation;
}

/** An answer that was under way when the page was left is not any more. */
function asLeft(turn: Turn): Turn {
  if (turn.role === 'user' || turn.run.status !== 'running') return turn;
  return { ...turn, run: { ...turn.run, status: 'stopped' } };
}

function isConversation(value: unknown): value is Conversation {
  return isRecord(value) && typeof value.system === 'string' && Array.isArray(value.turns) && value.turns.every(isTurn);
}

function isTurn(value: unknown): value is Turn {
  if (!isRecord(value) || typeof value.id !== 'string') return false;
  if (value.role === 'user') return typeof value.text === 'string' && Array.isArray(value.images);
  return value.role === 'assistant' && isRecord(value.run) && typeof value.run.text === 'string';
}
