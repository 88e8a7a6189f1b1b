import type { TaskSet } from '@aws-sdk/client-ecs';
import { pollUntil } from '../clock.ts';
import type { Scene } from './scene.ts';
import { readOutputs } from './stacks.ts';
import { type Answer, sendRequests } from './traffic.ts';

/** What AWS says to a call that it may refuse: `Name: message`, or `accepted`. */
export async function replyTo(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** All task sets of the service. */
export async function readTaskSets({ target, network, service }: Scene): Promise<readonly TaskSet[]> {
  const { services } = await target.ecs.describeServices({ cluster: network.cluster, services: [service] });
  return services?.[0]?.taskSets ?? [];
}

/** The ids of both task sets, as the stack's outputs give them. */
export async function readColours({
  target,
  stack,
}: Scene): Promise<{ readonly blue: string; readonly green: string }> {
  const outputs = await readOutputs(target, stack);
  return { blue: outputs['BlueTaskSet'] ?? '', green: outputs['GreenTaskSet'] ?? '' };
}

/** The tags of the service by their keys. */
export async function readServiceTags({ target, service }: Scene): Promise<Readonly<Record<string, string>>> {
  const { tags = [] } = await target.ecs.listTagsForResource({ resourceArn: service });
  return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
}

/** Sends requests until all of a batch are answered as wanted. @throws NotSeen after five minutes */
export async function untilAll(scene: Scene, what: string, isWanted: (answer: Answer) => boolean): Promise<void> {
  const { clock } = scene.target;
  const look = () => sendRequests(scene, 16);
  await pollUntil(clock, what, look, (answers) => answers.every(isWanted), { seconds: 300, every: 2 });
}

/** Whether the application answered with that version. */
export function from(version: string): (answer: Answer) => boolean {
  return (answer) => answer.status === 200 && answer.version === version;
}
