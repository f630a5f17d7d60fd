// The console that is built into the real binary: its page, and the files that the page names.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startGateway } from './lib/gateway.mjs';

/** One GET with the bytes as they came: fetch would unpack them. */
function get(url, headers) {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
    });
    call.on('error', reject).end();
  });
}

describe('the embedded console', () => {
  let gateway;
  before(async () => {
    gateway = await startGateway({ env: { TOLLGATE_CONSOLE_BASE_PATH: '/gateway/' } });
  });
  after(() => gateway?.stop());

  const filesOf = (html) => [...html.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)].map(([, path]) => path);

  test('fills in its page and gives it a policy', async () => {
    const page = await get(`${gateway.url}/gateway/panel`, { accept: 'text/html' });
    const html = page.body.toString();
    assert.equal(page.status, 200);
    assert.match(html, /<base href="\/gateway\/"/);
    assert.doesNotMatch(html, /__TOLLGATE_/);
    const [, nonce] = html.match(/nonce="([^"]{24})"/);
    assert.ok(page.headers['content-security-policy'].includes(`'nonce-${nonce}'`));
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
  });

  test('serves what the page names, the same in every encoding', async () => {
    const { body } = await get(`${gateway.url}/gateway/`);
    const files = filesOf(body.toString());
    assert.ok(files.some((path) => path.endsWith('.js')), body.toString());
    for (const path of files) {
      const url = `${gateway.url}/gateway/${path}`;
      const plain = await get(url);
      assert.equal(plain.status, 200, path);
      assert.match(plain.headers['cache-control'], /immutable/);
      const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
      for (const encoding of ['br', 'gzip']) {
        const packed = await get(url, { 'accept-encoding': encoding });
        const used = packed.headers['content-encoding'];
        assert.deepEqual(used === undefined ? packed.body : unpack[used](packed.body), plain.body);
        // Of the smallest files there is nothing to save.
        if (plain.body.length > 1024) assert.ok(packed.body.length < plain.body.length, path);
        const again = await get(url, { 'accept-encoding': encoding, 'if-none-match': packed.headers.etag });
        assert.equal(again.status, 304);
      }
    }
  });
});
