import type { IncomingHttpHeaders } from 'node:http';

/** A client that sends requests. */
export interface Client {
  /** The headers that only this client sends to a host. */
  readonly headersFor: (host: string) => Readonly<Record<string, string>>;
  /** Takes note of an answer. */
  readonly receive: (host: string, headers: IncomingHttpHeaders) => void;
  /** Whether a cookie may bind it to a colour. */
  readonly isBound: () => boolean;
}

/** A client that keeps no cookies. */
export const stranger: Client = { headersFor: () => ({}), receive: () => {}, isBound: () => false };

/** A client whose requests the emulated CloudWatch does not count. */
export const prober: Client = { ...stranger, headersFor: () => ({ 'x-emulator-uncounted': 'probe' }) };

/** Chooses the client for each request. All keep stickiness cookies; half of them stay for good, the others leave soon. */
export function createStickyClients(): () => Client {
  const stays = Array.from({ length: clients }, () => ({ client: createStickyClient(), requests: 0 }));
  let turn = 0;
  return () => {
    const index = turn % clients;
    turn += 1;
    const stay = stays[index];
    if (stay === undefined || (index % 2 === 1 && stay.requests === mostRequests)) {
      const client = createStickyClient();
      stays[index] = { client, requests: 1 };
      return client;
    }
    stay.requests += 1;
    return stay.client;
  };
}

/** Few enough that each comes back before its cookie expires, even if emulated time runs fast. */
const clients = 30;

/** Few enough that new clients keep arriving, whom the weights alone send to a colour. */
const mostRequests = 5;

function createStickyClient(): Client {
  // A browser keeps cookies by host, whatever the port.
  const cookies = new Map<string, string>();
  return {
    headersFor: (host) => {
      const cookie = cookies.get(host);
      return cookie === undefined ? {} : { cookie };
    },
    receive: (host, headers) => {
      const cookie = headers['set-cookie']?.find((each) => each.startsWith('AWSALBTG='))?.split(';')[0];
      if (cookie !== undefined) cookies.set(host, cookie);
    },
    isBound: () => cookies.size > 0,
  };
}
