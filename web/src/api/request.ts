import i18next from 'i18next';
import { basePath } from '../app/basePath';
import { isAttended } from '../auth/attendance';
import { type ApiProblem, type ProblemKind, problemKind } from './problem';

export type Params = Record<string, string | number | boolean | null | undefined>;

export interface ApiRequest {
  /** Starts with a slash; found below the console's base path. */
  url: string;
  method?: string;
  body?: unknown;
  params?: Params;
}

export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
  /** False for routes whose answer is no envelope though it looks like one. */
  envelope?: boolean;
}

export type CallResult = { data: unknown } | { error: ApiProblem };

const defaultTimeoutMs = 30_000;

/** One call of the management API: opens the envelope, and makes a problem of whatever goes wrong. Never throws. */
export async function callApi(request: ApiRequest, options: CallOptions = {}): Promise<CallResult> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await sendRequest(request, signal);
    const text = await response.text();
    return readAnswer(response, text, options.envelope ?? true);
  } catch (error) {
    return { error: transportProblem(error) };
  }
}

/** Sends a request as every call of the console is sent: the gateway's words come in its language. Throws what `fetch` throws. */
export function sendRequest({ url, method = 'GET', body, params }: ApiRequest, signal: AbortSignal, accept = 'application/json') {
  const headers: Record<string, string> = { Accept: accept, 'Accept-Language': i18next.language };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (!isAttended()) headers['X-Tollgate-Unattended'] = '1';
  return fetch(addressOf(url, params), {
    method,
    headers,
    signal,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
  });
}

export function addressOf(url: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null || value === '') continue;
    query.set(name, String(value));
  }
  const search = query.toString();
  return basePath + url.replace(/^\//, '') + (search && `?${search}`);
}

export function transportProblem(error: unknown): ApiProblem {
  const timedOut = typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
  return { kind: timedOut ? 'timeout' : 'network', message: '' };
}

/** The problem of an answer that is not a success, whatever its body is. */
export function answerProblem(response: Response, text: string): ApiProblem {
  const body = parseObject(text);
  return { kind: problemKind(response.status), ...factsOf(response), ...wordsOf(body) };
}

function readAnswer(response: Response, text: string, envelope: boolean): CallResult {
  if (!response.ok) return { error: answerProblem(response, text) };
  if (!isJson(response)) return isText(response) ? { data: text } : { error: malformed(response) };
  const body = parseJson(text);
  if (body === undefined) return { error: malformed(response) };
  return envelope && isEnvelope(body) ? openEnvelope(response, body) : { data: body };
}

type Envelope = Record<string, unknown> & { success: boolean };

function isEnvelope(body: unknown): body is Envelope {
  return isObject(body) && typeof body.success === 'boolean' && 'message' in body;
}

function openEnvelope(response: Response, body: Envelope): CallResult {
  if (!body.success) {
    return { error: { kind: refusalKind(body.code), ...factsOf(response), ...wordsOf(body) } };
  }
  const members = Object.entries(body).filter(([name]) => name !== 'success' && name !== 'message');
  const hasMoreThanData = members.some(([name]) => name !== 'data');
  return { data: hasMoreThanData ? Object.fromEntries(members) : (body.data ?? null) };
}

function refusalKind(code: unknown): ProblemKind {
  if (code === 'conflict') return 'conflict';
  return code === 'password_needed' ? 'passwordNeeded' : 'rejected';
}

function malformed(response: Response): ApiProblem {
  return { kind: 'malformed', message: '', ...factsOf(response) };
}

function factsOf(response: Response): Pick<ApiProblem, 'status' | 'requestId' | 'retryAfterS'> {
  const wait = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return {
    status: response.status,
    requestId: response.headers.get('X-Request-Id') ?? undefined,
    retryAfterS: Number.isNaN(wait) ? undefined : wait,
  };
}

/** The management API says `message`; model routes say `error.message`. */
function wordsOf(body: Record<string, unknown> | undefined): Pick<ApiProblem, 'message' | 'field' | 'fields'> {
  const nested = isObject(body?.error) ? body.error : body;
  const message = typeof nested?.message === 'string' ? nested.message : '';
  const field = typeof nested?.field === 'string' ? nested.field : undefined;
  return { message, field, ...fieldsOf(body?.errors) };
}

function fieldsOf(errors: unknown): Pick<ApiProblem, 'fields'> {
  if (!Array.isArray(errors)) return {};
  return { fields: Object.fromEntries(errors.filter(isObject).map(({ key, message }): [string, string] => [String(key), String(message)])) };
}

function isJson(response: Response): boolean {
  return /^application\/(\w+\+)?json\b/.test(response.headers.get('Content-Type') ?? '');
}

function isText(response: Response): boolean {
  return /^text\/(csv|plain)\b/.test(response.headers.get('Content-Type') ?? '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
