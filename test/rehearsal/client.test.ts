import { expect, it } from 'vitest';
import { type Client, createStickyClients, prober, stranger } from '../../src/rehearsal/client.ts';

const cookieOf = (value: string) => ({ 'set-cookie': [`AWSALBTG=${value}; Path=/`, `AWSALBTGCORS=${value}; Path=/`] });

/** Sends that many requests, each answered with a cookie of its own number; returns who sent them. */
function visit(next: () => Client, count: number): readonly { readonly client: Client; readonly wasBound: boolean }[] {
  return Array.from({ length: count }, (_, index) => {
    const client = next();
    const wasBound = client.isBound();
    client.receive('shop.example', cookieOf(String(index)));
    return { client, wasBound };
  });
}

it('a client sends back the cookie of a host to that host only', () => {
  const client = createStickyClients()();
  expect(client.headersFor('shop.example')).toEqual({});
  client.receive('shop.example', { 'set-cookie': ['other=1', 'AWSALBTG=blue; Path=/'] });
  client.receive('shop.example', {});
  expect(client.headersFor('shop.example')).toEqual({ cookie: 'AWSALBTG=blue' });
  expect(client.headersFor('api.example')).toEqual({});
});

it('half of the clients stay for good, the others leave after five requests', () => {
  const visits = visit(createStickyClients(), 30 * 20);
  const counts = new Map<Client, number>();
  for (const { client } of visits) counts.set(client, (counts.get(client) ?? 0) + 1);
  const sizes = [...counts.values()];
  expect(sizes.filter((size) => size === 20)).toHaveLength(15);
  expect(sizes.filter((size) => size === 5)).toHaveLength(15 * 4);
  expect(sizes).toHaveLength(15 + 15 * 4);
});

it('a client is bound from its second request on, so new ones arrive all the time', () => {
  const visits = visit(createStickyClients(), 30 * 20);
  expect(visits.slice(0, 30).every(({ wasBound }) => !wasBound)).toBe(true);
  expect(visits.slice(30).filter(({ wasBound }) => !wasBound)).toHaveLength(15 * 3);
});

it('strangers keep nothing, and probes are marked', () => {
  for (const client of [stranger, prober]) {
    client.receive('shop.example', cookieOf('1'));
    expect(client.isBound()).toBe(false);
  }
  expect(stranger.headersFor('shop.example')).toEqual({});
  expect(prober.headersFor('shop.example')).toEqual({ 'x-emulator-uncounted': 'probe' });
});
