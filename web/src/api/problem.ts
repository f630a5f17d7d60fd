export type ProblemKind =
  | 'rejected' // the gateway says no, and why, for people
  | 'signedOut'
  | 'passwordNeeded' // once more, before what is protected
  | 'forbidden'
  | 'notFound'
  | 'conflict' // somebody else's change came first
  | 'tooLarge'
  | 'tooOften'
  | 'unavailable' // the database is away, overload, shutting down
  | 'server'
  | 'network'
  | 'timeout'
  | 'malformed'; // an answer that is not what the gateway sends, such as a proxy's page

/** Why a call failed; the one error type of the console. */
export interface ApiProblem {
  kind: ProblemKind;
  /** The gateway's words; empty where it had none. Shown as text, after our own sentence for the kind. */
  message: string;
  status?: number;
  requestId?: string;
  /** The member of the body that was refused. */
  field?: string;
  /** Where several were refused: why, by member. */
  fields?: Readonly<Record<string, string>>;
  retryAfterS?: number;
}

const kindOfStatus: Partial<Record<number, ProblemKind>> = {
  401: 'signedOut',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  412: 'conflict',
  413: 'tooLarge',
  429: 'tooOften',
  502: 'unavailable',
  503: 'unavailable',
  504: 'timeout',
};

export function problemKind(status: number): ProblemKind {
  return kindOfStatus[status] ?? (status >= 500 ? 'server' : 'rejected');
}

export function isApiProblem(error: unknown): error is ApiProblem {
  return typeof error === 'object' && error !== null && 'kind' in error && 'message' in error;
}

/** What anything thrown or rejected is, as a problem. */
export function toProblem(error: unknown): ApiProblem {
  if (isApiProblem(error)) return error;
  const message = error instanceof Error ? error.message : '';
  return { kind: 'malformed', message };
}
