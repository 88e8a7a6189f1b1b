import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { type Check, NotSeen } from '../../check.ts';
import { remember } from '../../remember.ts';
import type { Scene } from '../scene.ts';
import { readColours, readServiceTags, readTaskSets, replyTo } from '../sightings.ts';
import { describeFailure, readEvents, startUpdate, waitForStack } from '../stacks.ts';
import { readSplit, setWeights, split } from '../weights.ts';

/** What an update does that gives green a new version and pins blue, as Deploy Stack does. */
export const releaseChecks: readonly Check<Scene>[] = [
  {
    id: 'release-keeps-weights',
    promise: 'An update that does not change the rule leaves its live weights alone.',
    look: 'The rule after a release, whose weights were 60/40 before and are 100/0 in the template.',
    expected: '60/40',
    see: async (scene) => ({ answer: (await release(scene)).weights }),
  },
  {
    id: 'release-keeps-tags',
    promise: 'An update that does not change the service leaves alone the tags that the steps wrote.',
    look: 'The tags of the service after a release; one had been changed and one added before.',
    expected: 'StableStack=Green, EcsCanaryShares=check',
    see: async (scene) => ({ answer: (await release(scene)).tags }),
  },
  {
    id: 'release-keeps-blue',
    promise: 'Pinning blue to the ARN of the task definition that it runs does not replace it.',
    look: 'Blue’s task set before and after a release that pins it.',
    expected: 'the same task set',
    see: async (scene) => {
      const { before, after } = await release(scene);
      return { answer: before.blue === after.blue ? 'the same task set' : 'another task set' };
    },
  },
  {
    id: 'release-replaces-green',
    promise: 'A new revision of the task definition replaces green’s task set, although its own text is the same.',
    look: 'Green’s task set before and after a release.',
    expected: 'another task set',
    see: async (scene) => {
      const { before, after } = await release(scene);
      return { answer: before.green === after.green ? 'the same task set' : 'another task set' };
    },
  },
  {
    id: 'new-before-old',
    promise: 'The new task set exists before the old one is deleted.',
    look: 'The events of green’s task set.',
    expected: 'created first',
    see: async (scene) => {
      const { events, before, after } = await release(scene);
      const created = timeOf(events, after.green, 'COMPLETE');
      const deleted = timeOf(events, before.green, 'DELETE_IN_PROGRESS');
      return { answer: created <= deleted ? 'created first' : 'deleted first' };
    },
  },
  {
    id: 'clean-up-status',
    promise: 'Old resources are deleted while the stack is in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS.',
    look: 'The events of the stack.',
    expected: 'UPDATE_IN_PROGRESS, UPDATE_COMPLETE_CLEANUP_IN_PROGRESS, UPDATE_COMPLETE',
    see: async (scene) => {
      const { events } = await release(scene);
      const own = events.filter(({ ResourceType }) => ResourceType === 'AWS::CloudFormation::Stack');
      return { answer: own.map(({ ResourceStatus }) => ResourceStatus).join(', ') };
    },
  },
  {
    id: 'busy-stack',
    promise: 'Another update is refused until the clean-up has ended.',
    look: 'UpdateStack again and again during the release.',
    expected: 'refused',
    see: async (scene) => {
      const { replies } = await release(scene);
      const statuses = new Set(replies.map((reply) => /[A-Z_]+_IN_PROGRESS/.exec(reply)?.[0] ?? reply));
      if (replies.length === 0) throw new NotSeen('the release ended before it could be seen');
      const all = replies.every((reply) => /^ValidationError: .*can not be updated/.test(reply));
      return { answer: all ? 'refused' : [...statuses].join(', '), detail: [...statuses].join(', ') };
    },
  },
  {
    id: 'old-task-set-deleted',
    promise: 'CloudFormation deletes a task set whose tasks still run.',
    look: 'The task sets of the service after the release.',
    expected: 'deleted',
    allowed: { 'left over': 'Deploy Stack reports it (stray-task-set), with the command that removes it.' },
    see: async (scene) => {
      const { before, sets } = await release(scene);
      return { answer: sets.includes(before.green) ? 'left over' : 'deleted', detail: `${sets.length} task sets` };
    },
  },
];

interface Release {
  readonly before: { readonly blue: string; readonly green: string };
  readonly after: { readonly blue: string; readonly green: string };
  readonly weights: string;
  readonly tags: string;
  /** Ids of the service's task sets afterwards. */
  readonly sets: readonly (string | undefined)[];
  readonly events: readonly StackEvent[];
  /** What AWS said to updates in the meantime. */
  readonly replies: readonly string[];
}

const release = remember(async (scene: Scene): Promise<Release> => {
  const { target, stack, service, order, firstTaskDefinition } = scene;
  const before = await readColours(scene);
  await setWeights(scene, split(scene, 60, 40));
  const tags = [
    { key: 'StableStack', value: 'Green' },
    { key: 'EcsCanaryShares', value: 'check' },
  ];
  await target.ecs.tagResource({ resourceArn: service, tags });
  const known = (await readEvents(target, stack)).length;
  const update = order({ version: '2', pinnedBlue: firstTaskDefinition });
  await startUpdate(target, update);
  const replies: string[] = [];
  const status = await waitForStack(target, stack, async () => {
    const reply = await replyTo(startUpdate(target, update));
    // The same update changes nothing once it has ended.
    if (!reply.includes('No updates')) replies.push(reply);
  });
  if (status !== 'UPDATE_COMPLETE')
    throw new NotSeen(`the release ended in ${status}: ${await describeFailure(target, stack)}`);
  const found = await readServiceTags(scene);
  return {
    before,
    after: await readColours(scene),
    weights: await readSplit(scene),
    tags: tags.map(({ key }) => `${key}=${found[key] ?? 'none'}`).join(', '),
    sets: (await readTaskSets(scene)).map(({ id }) => id),
    events: (await readEvents(target, stack)).slice(known),
    replies,
  };
});

/** @throws NotSeen if the task set has no such event */
function timeOf(events: readonly StackEvent[], id: string, status: string): number {
  const event = events.find(
    ({ PhysicalResourceId = '', ResourceStatus = '' }) =>
      PhysicalResourceId.endsWith(`|${id}`) && ResourceStatus.endsWith(status),
  );
  if (!event?.Timestamp) throw new NotSeen(`the task set ${id} has no event ${status}`);
  return event.Timestamp.getTime();
}
