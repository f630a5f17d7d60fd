import { describe, expect, it, vi } from 'vitest';
import { addressOf, callApi } from './request';

function answer(body: string, init: ResponseInit = {}): void {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'X-Request-Id': 'req-9', ...(init.headers as Record<string, string>) };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { ...init, headers })));
}

const call = () => callApi({ url: '/api/thing' });

describe('callApi', () => {
  it('opens the envelope', async () => {
    answer('{"success":true,"message":"","data":[1]}');
    expect(await call()).toEqual({ data: [1] });
  });

  it('gives null where there are no data', async () => {
    answer('{"success":true,"message":""}');
    expect(await call()).toEqual({ data: null });
  });

  it('keeps members beside the data', async () => {
    answer('{"success":true,"message":"","data":[1],"model_usage":[2]}');
    expect(await call()).toEqual({ data: { data: [1], model_usage: [2] } });
  });

  it('leaves answers alone that are no envelope', async () => {
    answer('{"object":"list","data":[]}');
    expect(await call()).toEqual({ data: { object: 'list', data: [] } });
  });

  it('leaves an envelope closed where the endpoint says so', async () => {
    answer('{"success":false,"message":"no key","time":1}');
    expect(await callApi({ url: '/api/thing' }, { envelope: false })).toEqual({ data: { success: false, message: 'no key', time: 1 } });
  });

  it('makes a problem of a refusal, with the request id and the field', async () => {
    answer('{"success":false,"message":"the name is taken","field":"name"}');
    expect(await call()).toEqual({ error: { kind: 'rejected', message: 'the name is taken', field: 'name', status: 200, requestId: 'req-9' } });
  });

  it.each([
    [400, 'rejected'],
    [401, 'signedOut'],
    [403, 'forbidden'],
    [404, 'notFound'],
    [409, 'conflict'],
    [413, 'tooLarge'],
    [429, 'tooOften'],
    [500, 'server'],
    [503, 'unavailable'],
    [504, 'timeout'],
  ])('knows status %i as %s', async (status, kind) => {
    answer('{"success":false,"message":"words"}', { status });
    expect(await call()).toMatchObject({ error: { kind, message: 'words', status, requestId: 'req-9' } });
  });

  it('says how long to wait', async () => {
    answer('', { status: 429, headers: { 'Retry-After': '17' } });
    expect(await call()).toMatchObject({ error: { kind: 'tooOften', message: '', retryAfterS: 17 } });
  });

  it('reads the words of a model route', async () => {
    answer('{"error":{"message":"no balance","type":"x"}}', { status: 402 });
    expect(await call()).toMatchObject({ error: { kind: 'rejected', message: 'no balance' } });
  });

  it.each([
    ['a page of a proxy', '<html>Bad gateway</html>', 'text/html'],
    ['JSON that breaks off', '{"success":tr', 'application/json'],
    ['nothing', '', 'application/json'],
  ])('takes %s for a malformed answer', async (_name, body, type) => {
    answer(body, { headers: { 'Content-Type': type } });
    expect(await call()).toMatchObject({ error: { kind: 'malformed', requestId: 'req-9' } });
  });

  it('takes a proxy’s page with a status for that status', async () => {
    answer('<html>', { status: 502, headers: { 'Content-Type': 'text/html' } });
    expect(await call()).toMatchObject({ error: { kind: 'unavailable', message: '' } });
  });

  it('gives files as text', async () => {
    answer('a,b', { headers: { 'Content-Type': 'text/csv' } });
    expect(await call()).toEqual({ data: 'a,b' });
  });

  it('tells a lost network from an answer that is late', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    expect(await call()).toEqual({ error: { kind: 'network', message: '' } });
    vi.stubGlobal('fetch', (_url: string, { signal }: RequestInit) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error))));
    expect(await callApi({ url: '/api/thing' }, { timeoutMs: 5 })).toEqual({ error: { kind: 'timeout', message: '' } });
  });
});

describe('addressOf', () => {
  it('stays below the base path and leaves out what is not said', () => {
    expect(addressOf('/api/x/', { a: 'b c', none: undefined, empty: '', no: false, zero: 0 })).toBe('/api/x/?a=b+c&no=false&zero=0');
  });
});
