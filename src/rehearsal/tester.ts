import { type Door, localAddress } from './entry-point.ts';
import { askAsUser } from './user-request.ts';

/** What a tester got from the new version's test address. */
export interface TesterAnswer {
  /** The local address that stands for the test URL; the URL itself where no listener has its port. */
  readonly url: string;
  readonly version: string | undefined;
  readonly taskDefinition: string | undefined;
}

/** Opens a test URL as a tester would, at the local address of the emulated listener that has its port. */
export async function askAsTester(doors: readonly Door[], testUrl: string): Promise<TesterAnswer> {
  const target = new URL(testUrl);
  const near = doors.filter(({ ports }) => localAddress(ports, target) !== undefined);
  const door = near.find(({ host }) => host === target.hostname) ?? near[0];
  const url = door && localAddress(door.ports, target);
  if (door === undefined || url === undefined) return { url: testUrl, version: undefined, taskDefinition: undefined };
  const { version, taskDefinition } = await askAsUser({ ...door, url, kind: 'redirect' });
  return { url, version, taskDefinition };
}
