import { type EntryPoint, localAddress } from './entry-point.ts';
import { askAsUser } from './user-request.ts';

/** What a tester got at the new version's test URL. */
export interface TesterAnswer {
  /** The local address for the test URL; the URL itself where no listener has its port. */
  readonly url: string;
  readonly version: string | undefined;
  readonly taskDefinition: string | undefined;
}

/** Opens a test URL as a tester would, at the local address of the emulated listener with its port. */
export async function askAsTester(entryPoints: readonly EntryPoint[], testUrl: string): Promise<TesterAnswer> {
  const target = new URL(testUrl);
  const near = entryPoints.filter(({ ports }) => localAddress(ports, target) !== undefined);
  const entryPoint = near.find(({ host }) => host === target.hostname) ?? near[0];
  const url = entryPoint && localAddress(entryPoint.ports, target);
  if (entryPoint === undefined || url === undefined)
    return { url: testUrl, version: undefined, taskDefinition: undefined };
  const { version, taskDefinition } = await askAsUser({ ...entryPoint, url, kind: 'redirect' });
  return { url, version, taskDefinition };
}
