import { useCallback, useEffect, useRef, useState } from 'react';
import type { PlaygroundRequest } from '../../api/generated';
import { useAppDispatch } from '../../app/store';
import { sessionExpired } from '../../auth/sessionSlice';
import { useAccount } from '../../auth/useAccount';
import { findCharge } from '../../components/chat/findCharge';
import { performRun, type Run } from '../../components/chat/run';
import {
  type Conversation,
  emptyConversation,
  isAnswering,
  keepConversation,
  keptConversation,
  messagesOf,
  openAnswer,
  question,
  type Turn,
  turnsBefore,
  withRun,
} from './conversation';

const keepEveryMs = 500;

/** A conversation with a model; `parameters` are those of the next answer. It outlives a reload, not the tab. */
export function useConversation(parameters: Omit<PlaygroundRequest, 'messages'>) {
  const dispatch = useAppDispatch();
  const { id: userId } = useAccount();
  const [conversation, setConversation] = useState(() => keptConversation(userId));
  const current = useRef<AbortController>(undefined);
  useKept(userId, conversation);
  useEffect(() => () => current.current?.abort(), []);

  const showRun = useCallback(
    (id: string, run: Run) => setConversation((shown) => ({ ...shown, turns: withRun(shown.turns, id, run) })),
    [],
  );

  const answer = async (turns: readonly Turn[]) => {
    const controller = new AbortController();
    current.current = controller;
    const turn = openAnswer(parameters.model);
    setConversation((shown) => ({ ...shown, turns: [...turns, turn] }));
    const request = { ...parameters, messages: messagesOf(conversation.system, turns) };
    const run = await performRun(request, { signal: controller.signal, onProgress: (next) => showRun(turn.id, next) });
    showRun(turn.id, run);
    if (run.problem?.kind === 'signedOut') dispatch(sessionExpired());
    if (run.requestId) showRun(turn.id, { ...run, charged: await findCharge(dispatch, run.requestId) });
  };

  return {
    ...conversation,
    answering: isAnswering(conversation),
    send: (text: string, images: readonly string[]) => answer([...conversation.turns, question(text, images)]),
    /** Asks for an answer anew; what came after it goes. */
    retry: (id: string) => answer(turnsBefore(conversation.turns, id)),
    /** Says something else instead, and goes on from there. */
    edit: (id: string, text: string) => {
      const images = conversation.turns.flatMap((turn) => (turn.id === id && turn.role === 'user' ? turn.images : []));
      return answer([...turnsBefore(conversation.turns, id), question(text, images)]);
    },
    stop: () => current.current?.abort(),
    clear: () => {
      current.current?.abort();
      setConversation((shown) => ({ ...emptyConversation, system: shown.system }));
    },
    setSystem: (system: string) => setConversation((shown) => ({ ...shown, system })),
  };
}

function useKept(userId: number, conversation: Conversation) {
  const latest = useRef(conversation);
  const keptAtMs = useRef(0);
  useEffect(() => {
    latest.current = conversation;
    const timer = setTimeout(
      () => {
        keptAtMs.current = Date.now();
        keepConversation(userId, conversation);
      },
      Math.max(0, keptAtMs.current + keepEveryMs - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [userId, conversation]);
  useEffect(() => () => keepConversation(userId, latest.current), [userId]);
}
