import { writeFilters } from '../../components/filters/fields';
import type { RequestFilter } from './requestFilters';

/** The list of requests, narrowed to those of something: `requestsPath({ channel: '3' })`. */
export function requestsPath(of: Partial<Record<RequestFilter, string>>): string {
  const params = new URLSearchParams();
  writeFilters(params, Object.entries(of).map(([field, value]) => ({ field, operator: 'is', values: [value] })));
  return `/panel/requests?${params.toString()}`;
}

/** One request, by the id that its answer carried. */
export function requestPath(requestId: string): string {
  return `/panel/requests/${encodeURIComponent(requestId)}`;
}
