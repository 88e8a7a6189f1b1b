import { request } from 'node:http';
import type { ServiceAddress } from './load.ts';

/** What a tester got from the new version's test address. */
export interface TesterAnswer {
  /** The local address that stands for the test URL. */
  readonly url: string;
  readonly version: string | undefined;
  readonly taskDefinition: string | undefined;
}

/** Opens a test URL as a tester would, at the local address of the emulated listener. */
export async function askAsTester({ url: service, host }: ServiceAddress, testUrl: string): Promise<TesterAnswer> {
  const { pathname, search } = new URL(testUrl);
  const url = new URL(`${pathname}${search}`, service).href;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: host === undefined ? {} : { host } }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        const header = (name: string): string | undefined => response.headers[name]?.toString();
        resolve({ url, version: header('x-app-version'), taskDefinition: header('x-task-definition') });
      });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
