import createCache from '@emotion/cache';

/** Styles made at run time carry the nonce that the gateway's policy asks for. Browsers show it as a property only. */
export function styleCache() {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return createCache({ key: 'tg', nonce: meta?.nonce ?? undefined, prepend: true });
}
