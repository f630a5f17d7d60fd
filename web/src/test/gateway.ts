import { vi } from 'vitest';
import type { Self, Setup, Status } from '../api/generated';

export interface Call {
  method: string;
  path: string;
  params: URLSearchParams;
  body: unknown;
  headers: Headers;
  /** Ends when the caller goes away. */
  signal?: AbortSignal | null;
}

/** What a route answers: data for the envelope, a `Response`, or a function that gives either. */
export type Answer = unknown;

export const testStatus: Status = {
  version: '1.2.3',
  start_time: 1_760_000_000,
  system_name: 'Test gateway',
  quota_per_unit: 500_000,
  display_in_currency: true,
  server_address: 'http://console.test',
};

export const testSetup: Setup = { needed: false, version: '1.2.3', steps: null };

export const testAccount: Self = {
  id: 7,
  username: 'ada',
  display_name: 'Ada',
  role: 1,
  status: 1,
  quota: 1_000_000,
  used_quota: 0,
  request_count: 0,
  group: 'default',
  access_token: '',
  capabilities: ['models', 'playground', 'profile', 'requests.own', 'tokens.own', 'usage.own'],
};

/** A gateway that answers as a test says, in the place of `fetch`. Keys are "GET /api/status". Unknown paths are 404. */
export class ScriptedGateway {
  readonly calls: Call[] = [];
  private readonly answers = new Map<string, Answer>();

  constructor(answers: Readonly<Record<string, Answer>> = {}) {
    this.script({ 'GET /api/status': testStatus, 'GET /api/setup': testSetup, 'GET /api/user/self': testAccount, 'GET /api/user/self/preferences': {}, ...answers });
    vi.stubGlobal('fetch', (url: string, init?: RequestInit) => this.serve(url, init));
  }

  script(answers: Readonly<Record<string, Answer>>): void {
    Object.entries(answers).forEach(([route, answer]) => this.answers.set(route, answer));
  }

  callsTo(route: string): Call[] {
    return this.calls.filter((call) => `${call.method} ${call.path}` === route);
  }

  private async serve(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname, searchParams } = new URL(url, location.href);
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const call: Call = { method: init.method ?? 'GET', path: pathname, params: searchParams, body, headers: new Headers(init.headers), signal: init.signal };
    this.calls.push(call);
    if (init.signal?.aborted) throw init.signal.reason;
    const route = `${call.method} ${call.path}`;
    if (!this.answers.has(route)) return refusal(404, `no such route: ${route}`);
    const answer = this.answers.get(route);
    const given: unknown = typeof answer === 'function' ? await (answer as (call: Call) => unknown)(call) : answer;
    return given instanceof Response ? given : ok(given);
  }
}

const requestId = { 'X-Request-Id': 'req-1' };

export function ok(data: unknown = null): Response {
  return Response.json({ success: true, message: '', data }, { headers: requestId });
}

/** A refusal: `refusal('the name is taken')` in the envelope, `refusal(429, …)` with a status. */
export function refusal(messageOrStatus: string | number, message = '', headers: Record<string, string> = {}): Response {
  const status = typeof messageOrStatus === 'number' ? messageOrStatus : 200;
  const text = typeof messageOrStatus === 'string' ? messageOrStatus : message;
  return Response.json({ success: false, message: text }, { status, headers: { ...requestId, ...headers } });
}

export function page<Row>(rows: readonly Row[], total = rows.length, number = 1, size = 20) {
  return { data: rows, page: number, size, total_count: total };
}
