import { type Check, NotSeen } from '../../check.ts';
import { remember } from '../../remember.ts';
import type { TemplateChanges } from '../canary-template.ts';
import { runTag } from '../run-names.ts';
import type { Scene } from '../scene.ts';
import { readColours, readServiceTags } from '../sightings.ts';
import { describeFailure, startUpdate, waitForStack } from '../stacks.ts';
import { readSplit, setWeights, split } from '../weights.ts';

/** What updates do that touch the service or the rule themselves. */
export const changeChecks: readonly Check<Scene>[] = [
  {
    id: 'stack-tag-resets-tags',
    promise: 'A changed stack tag sets all declared tags of the service again, and leaves the steps’ own tags alone.',
    look: 'The tags of the service after an update with one more stack tag; both had been written by hand before.',
    expected: 'StableStack=Blue, EcsCanaryShares=check',
    allowed: {
      'StableStack=Green, EcsCanaryShares=check':
        'Deploy Stack runs only while the tag says Blue, as the template does.',
    },
    see: async (scene) => ({ answer: (await changeStackTags(scene)).tags }),
  },
  {
    id: 'stack-tag-keeps-weights',
    promise: 'A changed stack tag leaves the live weights of the rule alone.',
    look: 'The rule after that update, whose weights were 70/30 before and are 100/0 in the template.',
    expected: '70/30',
    see: async (scene) => ({ answer: (await changeStackTags(scene)).weights }),
  },
  {
    id: 'stack-tag-keeps-task-sets',
    promise: 'A changed stack tag replaces no task set.',
    look: 'Both task sets before and after that update.',
    expected: 'the same task sets',
    see: async (scene) => ({ answer: (await changeStackTags(scene)).taskSets }),
  },
  {
    id: 'changed-rule-resets-weights',
    promise: 'An update that changes anything about the rule sets the weights of the template.',
    look: 'The rule after an update with another path pattern; its weights were 70/30 before.',
    expected: '100/0',
    see: async (scene) => {
      await setWeights(scene, split(scene, 70, 30));
      const status = await update(scene, { ...released(scene), pathPatterns: ['/', '/*'] });
      if (status !== 'UPDATE_COMPLETE') throw await endedIn(scene, status);
      return { answer: await readSplit(scene) };
    },
  },
  {
    id: 'rollback-resets-weights',
    promise: 'An update that changes the rule and then fails sets the weights of the old template.',
    look: 'The rule after the rollback of an update with a task set whose target group does not exist; its weights were 70/30 before.',
    expected: 'UPDATE_ROLLBACK_COMPLETE, 100/0',
    see: async (scene) => {
      await setWeights(scene, split(scene, 70, 30));
      const status = await update(scene, { ...released(scene), pathPatterns: ['/*', '/other'], broken: true });
      return {
        answer: `${status}, ${await readSplit(scene)}`,
        detail: await describeFailure(scene.target, scene.stack),
      };
    },
  },
];

/** The template of the release before. */
function released({ firstTaskDefinition }: Scene): TemplateChanges {
  return { version: '2', pinnedBlue: firstTaskDefinition };
}

const changeStackTags = remember(async (scene: Scene) => {
  const { target, service, run } = scene;
  await setWeights(scene, split(scene, 70, 30));
  const tags = [
    { key: 'StableStack', value: 'Green' },
    { key: 'EcsCanaryShares', value: 'check' },
  ];
  await target.ecs.tagResource({ resourceArn: service, tags });
  const before = await readColours(scene);
  const status = await update(scene, released(scene), { [runTag]: run, Purpose: 'a changed stack tag' });
  if (status !== 'UPDATE_COMPLETE') throw await endedIn(scene, status);
  const after = await readColours(scene);
  const found = await readServiceTags(scene);
  return {
    tags: tags.map(({ key }) => `${key}=${found[key] ?? 'none'}`).join(', '),
    weights: await readSplit(scene),
    taskSets: before.blue === after.blue && before.green === after.green ? 'the same task sets' : 'other task sets',
  };
});

async function update(
  { target, stack, order }: Scene,
  changes: TemplateChanges,
  tags?: Readonly<Record<string, string>>,
): Promise<string> {
  await startUpdate(target, { ...order(changes), ...(tags && { tags }) });
  return waitForStack(target, stack);
}

async function endedIn({ target, stack }: Scene, status: string): Promise<NotSeen> {
  return new NotSeen(`the update ended in ${status}: ${await describeFailure(target, stack)}`);
}
