import { describe, expect, it } from 'vitest';
import { codeForms } from '../../components/code/callCode';
import { requestCall } from './requestCall';

const call = { model: 'demo', stream: false };

describe('a request to be made again', () => {
  it('is a chat in OpenAI’s dialect where the log says no other', () => {
    expect(requestCall({ ...call, stream: true })).toEqual({ kind: 'chat', body: { model: 'demo', stream: true, messages: [{ role: 'user', content: 'Hello' }] } });
  });

  it('is one of Anthropic’s where the client spoke it', () => {
    expect(requestCall({ ...call, dialect: 'claude' })).toEqual({ kind: 'messages', body: { model: 'demo', max_tokens: 1024, messages: [{ role: 'user', content: 'Hello' }] } });
  });

  it.each([
    ['embeddings', '/v1/embeddings'],
    ['moderations', '/v1/moderations'],
    ['completions', '/v1/completions'],
    ['count_tokens', '/v1/messages/count_tokens'],
  ])('goes where %s go', (operation, path) => {
    expect(codeForms.curl.write({ server: 'http://gateway.test' }, requestCall({ ...call, operation }))).toContain(`'http://gateway.test${path}'`);
  });
});
