import type { RequestFacts } from '../emulator/elb/matching.ts';

/** Headers that ordinary requests have; the simulated users send them. */
export const ordinaryHeaders: Readonly<Record<string, string>> = {
  accept: '*/*',
  'user-agent': 'Mozilla/5.0 (rehearsal)',
};

/** A user's request as the load balancer sees it: a GET without a query string. */
export function ordinaryRequest(path: string, host = '127.0.0.1'): RequestFacts {
  return {
    method: 'GET',
    path,
    rawQuery: '',
    query: new URLSearchParams(),
    host,
    headers: { ...ordinaryHeaders, host },
    sourceIp: '127.0.0.1',
  };
}
