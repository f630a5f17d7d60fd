import { managementApi } from '../api/endpoints';
import { type Language, matchLanguage } from '../i18n/languages';

export interface Site {
  name: string;
  version: string;
  /** How much quota is one US dollar. */
  quotaPerUnit: number;
  /** Whether amounts are shown in dollars; otherwise as quota. */
  showsCurrency: boolean;
  /** The address under which clients reach the gateway. */
  serverAddress: string;
  /** For those who have chosen none, and whose browser asks for none that there is. */
  language: Language;
}

const statusQuery = managementApi.endpoints.getStatus;

/** What the gateway says of itself, read before anything is drawn. */
export function useSite(): Site {
  const { data } = statusQuery.useQueryState();
  return {
    name: data?.system_name ?? 'Tollgate',
    version: data?.version ?? '',
    quotaPerUnit: data?.quota_per_unit ?? 500_000,
    showsCurrency: data?.display_in_currency ?? true,
    serverAddress: data?.server_address ?? location.origin,
    language: matchLanguage([data?.language ?? '']),
  };
}
