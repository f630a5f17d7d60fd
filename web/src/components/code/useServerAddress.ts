import { basePath } from '../../app/basePath';
import { useSite } from '../../app/useSite';

/** The address under which clients reach the gateway, without a slash at the end. */
export function useServerAddress(): string {
  const { serverAddress } = useSite();
  return withoutSlash(isLoopback(serverAddress) ? location.origin + basePath : serverAddress);
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

/** An address of the gateway's own machine was never set for others: where this page came from says more. */
export function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return true;
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(address).hostname);
}
