import { describe, expect, it } from 'vitest';
import { requestAsCurl } from './requestCurl';

const server = 'http://gateway.test';
const call = { model: 'demo', stream: false };

describe('a request as a command', () => {
  it('is a chat in OpenAI’s dialect where the log says no other', () => {
    expect(requestAsCurl(server, { ...call, stream: true }).split(' \\\n')).toEqual([
      "curl --no-buffer 'http://gateway.test/v1/chat/completions'",
      '  -H "Authorization: Bearer $TOLLGATE_API_KEY"',
      "  -H 'Content-Type: application/json'",
      `  -d '{"model":"demo","stream":true,"messages":[{"role":"user","content":"Hello"}]}'`,
    ]);
  });

  it('is one of Anthropic’s where the client spoke it', () => {
    const command = requestAsCurl(server, { ...call, dialect: 'claude' });
    expect(command).toContain("'http://gateway.test/v1/messages'");
    expect(command).toContain('-H "x-api-key: $TOLLGATE_API_KEY"');
    expect(command).toContain('"max_tokens":1024');
    expect(command).not.toContain('Authorization');
  });

  it.each([
    ['embeddings', '/v1/embeddings'],
    ['moderations', '/v1/moderations'],
    ['completions', '/v1/completions'],
    ['count_tokens', '/v1/messages/count_tokens'],
  ])('goes where %s go', (operation, path) => {
    expect(requestAsCurl(server, { ...call, operation })).toContain(`'${server}${path}'`);
  });

  it('lets no model’s name out of its quotes', () => {
    const command = requestAsCurl(server, { ...call, model: "m'; rm -rf ~; '" });
    expect(command).toContain(String.raw`"model":"m'\''; rm -rf ~; '\''"`);
  });
});
