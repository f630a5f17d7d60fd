import { expect, it } from 'vitest';
import { chatLinks, fillLink } from './chatLinks';

const stored = JSON.stringify([
  { name: 'Second', url: 'https://two.test/{key}', show: true, sort: 1 },
  { name: 'First', url: 'https://one.test/{key}', show: true, sort: 9 },
  { name: 'no address' },
]);

it('lists the apps by their weight, without what is none', () => {
  expect(chatLinks({ chat_links: stored }).map(({ name }) => name)).toEqual(['First', 'Second']);
  expect(chatLinks({ chat_links: '{broken' })).toEqual([]);
});

it('takes the one application of former versions where there is no list', () => {
  expect(chatLinks({ chat_links: '', chat_link: 'https://next.test/' })).toEqual([{ name: 'NextChat', template: 'https://next.test/#/?settings={"key":"{key}","url":"{server}"}' }]);
});

it("fills in key and server under any of the predecessors' names", () => {
  expect(fillLink('ama://set?server={server}&key={key}', 'sk-1', 'https://g.test')).toBe('ama://set?server=https%3A%2F%2Fg.test&key=sk-1');
  expect(fillLink('https://x.test/?a={serverAddress}&b={address}', 'sk-1', 'https://g.test')).toBe('https://x.test/?a=https%3A%2F%2Fg.test&b=https%3A%2F%2Fg.test');
  const link = fillLink('app://set?c=base64<[{"k":"{key}","s":"{server}"}]>', 'sk-$&', 'https://g.test');
  expect(atob(link?.split('c=')[1] ?? '')).toBe('{"k":"sk-$&","s":"https://g.test"}');
});

it('opens nothing that would run here', () => {
  expect(fillLink('javascript:alert("{key}")', 'sk-1', 'https://g.test')).toBeUndefined();
  expect(fillLink('data:text/html,{key}', 'sk-1', 'https://g.test')).toBeUndefined();
  expect(fillLink('no address', 'sk-1', 'https://g.test')).toBeUndefined();
});
