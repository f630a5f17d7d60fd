import type { Status } from '../../api/generated';
import { isRecord } from '../../app/storage';

export interface ChatLink {
  name: string;
  template: string;
}

/** The apps that an administrator offers, the most important first. */
export function chatLinks({ chat_links: list = '', chat_link: nextChat = '' }: Pick<Status, 'chat_links' | 'chat_link'>): ChatLink[] {
  const links = readLinks(list);
  if (links.length > 0 || nextChat === '') return links;
  return [{ name: 'NextChat', template: `${nextChat.replace(/\/+$/, '')}/#/?settings={"key":"{key}","url":"{server}"}` }];
}

function readLinks(text: string): ChatLink[] {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return [];
    return list
      .filter(isLink)
      .toSorted((a, b) => sortOf(b) - sortOf(a))
      .map(({ name, url }) => ({ name, template: url }));
  } catch {
    return [];
  }
}

type StoredLink = Record<string, unknown> & { name: string; url: string };

function isLink(value: unknown): value is StoredLink {
  return isRecord(value) && typeof value.name === 'string' && typeof value.url === 'string';
}

function sortOf({ sort }: StoredLink): number {
  return typeof sort === 'number' ? sort : 0;
}

const forbidden = ['javascript:', 'data:', 'vbscript:', 'blob:'];

/** @return the address that a template makes, or nothing if it is none that may be opened. */
export function fillLink(template: string, key: string, server: string): string | undefined {
  const encoded = template.replace(/base64<\[(.*?)\]>/gs, (_, inner: string) => base64(substitute(inner, key, server)));
  const address = substitute(encoded, key, encodeURIComponent(server));
  if (!URL.canParse(address)) return undefined;
  return forbidden.includes(new URL(address).protocol) ? undefined : address;
}

/** The predecessors' names for the same two things. */
function substitute(text: string, key: string, server: string): string {
  return text.replaceAll('{key}', () => key).replaceAll(/\{(server|serverAddress|address)\}/g, () => server);
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
