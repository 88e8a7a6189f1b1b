import type { Check } from '../../check.ts';
import type { Scene } from '../scene.ts';
import { readColours, readServiceTags, readTaskSets, replyTo } from '../sightings.ts';
import { findStack, readEvents, type StackOrder, startUpdate, waitForStack } from '../stacks.ts';

/** What CloudFormation made of the first template. */
export const creationChecks: readonly Check<Scene>[] = [
  {
    id: 'template',
    promise: 'CloudFormation creates the template of Deploy Stack.',
    look: 'The status of a stack that was created with it.',
    expected: 'CREATE_COMPLETE',
    see: async ({ target, stack }) => ({ answer: (await findStack(target, stack))?.StackStatus ?? 'no stack' }),
  },
  {
    id: 'create-waits',
    promise: 'CloudFormation reports a task set as created only once it is steady.',
    look: 'The time of each task set’s CREATE_COMPLETE, and when the task set became steady.',
    expected: 'waits',
    allowed: { 'does not wait': 'Deploy Stack checks the task set and its targets itself.' },
    see: seeWhetherCreationWaits,
  },
  {
    id: 'physical-id',
    promise: 'The physical id of a task set is its cluster, service and id with bars between them.',
    look: 'The physical ids of both task sets.',
    expected: 'cluster|service|id',
    see: seePhysicalIds,
  },
  {
    id: 'get-att-id',
    promise: 'Fn::GetAtt of a task set’s Id gives the id that ECS uses.',
    look: 'The stack’s outputs, compared with the task sets of the service.',
    expected: 'both ids are task sets of the service',
    see: async (scene) => {
      const ids = (await readTaskSets(scene)).map(({ id }) => id);
      const { blue, green } = await readColours(scene);
      const found = [blue, green].filter((id) => ids.includes(id)).length;
      return { answer: found === 2 ? 'both ids are task sets of the service' : `${found} of 2 are`, detail: blue };
    },
  },
  {
    id: 'service-ref',
    promise: 'Ref of a service is its ARN, in the long form.',
    look: 'The output Service of the stack.',
    expected: 'a long ARN',
    see: async ({ service }) => ({
      answer: /^arn:[^:]+:ecs:.*:service\/.+\/.+$/.test(service) ? 'a long ARN' : service,
    }),
  },
  {
    id: 'not-primary',
    promise: 'CloudFormation makes no task set PRIMARY.',
    look: 'The statuses of the task sets.',
    expected: 'ACTIVE, ACTIVE',
    see: async (scene) => ({ answer: (await readTaskSets(scene)).map(({ status }) => status).join(', ') }),
  },
  {
    id: 'declared-tag',
    promise: 'The service has the tag that the template declares.',
    look: 'ListTagsForResource of the service.',
    expected: 'Blue',
    see: async (scene) => ({ answer: (await readServiceTags(scene))['StableStack'] ?? 'no tag' }),
  },
  {
    id: 'event-token',
    promise: 'Every event of an operation has the client request token that started it.',
    look: 'DescribeStackEvents after CreateStack with a token.',
    expected: 'all events have it',
    see: async ({ target, stack, createToken }) => {
      const events = await readEvents(target, stack);
      const with_ = events.filter(({ ClientRequestToken }) => ClientRequestToken === createToken).length;
      const answer = with_ === events.length ? 'all events have it' : with_ === 0 ? 'none has it' : 'some have it';
      return { answer, detail: `${with_} of ${events.length}` };
    },
  },
  {
    id: 'no-updates',
    promise: 'An update that changes nothing is refused in known words.',
    look: 'UpdateStack with the same template.',
    expected: 'ValidationError: No updates are to be performed.',
    see: async (scene) => ({ answer: await replyToUpdate(scene, scene.order({ version: '1' })) }),
  },
  {
    id: 'outputs-alone',
    promise: 'An update that differs only in outputs is refused in the same words.',
    look: 'UpdateStack with one more output.',
    expected: 'ValidationError: No updates are to be performed.',
    allowed: { accepted: 'Deploy Stack waits for the update to end.' },
    see: async (scene) => {
      const { body, ...rest } = scene.order({ version: '1' });
      const template = JSON.parse(body);
      template.Outputs.More = { Value: 'more' };
      return { answer: await replyToUpdate(scene, { ...rest, body: JSON.stringify(template) }) };
    },
  },
];

async function seeWhetherCreationWaits(scene: Scene) {
  const events = await readEvents(scene.target, scene.stack);
  const sets = await readTaskSets(scene);
  const gaps = sets.map(({ id = '', stabilityStatus, stabilityStatusAt }) => {
    const created = events.find(
      ({ PhysicalResourceId = '', ResourceStatus }) =>
        PhysicalResourceId.endsWith(`|${id}`) && ResourceStatus === 'CREATE_COMPLETE',
    );
    const steadyAt =
      stabilityStatus === 'STEADY_STATE' ? (stabilityStatusAt?.getTime() ?? 0) : Number.POSITIVE_INFINITY;
    return (created?.Timestamp?.getTime() ?? 0) - steadyAt;
  });
  return {
    // Both times come from clocks of AWS that may differ a little.
    answer: gaps.length > 0 && gaps.every((gap) => gap > -2000) ? 'waits' : 'does not wait',
    detail: `complete ${gaps.map((gap) => `${Math.round(gap / 1000)} s`).join(' and ')} after steady`,
  };
}

async function seePhysicalIds(scene: Scene) {
  const { target, stack, network, service, serviceName } = scene;
  const { StackResources = [] } = await target.cloudFormation.describeStackResources({ StackName: stack });
  const ids = StackResources.filter(({ ResourceType }) => ResourceType === 'AWS::ECS::TaskSet').map(
    ({ PhysicalResourceId = '' }) => PhysicalResourceId,
  );
  const known = (await readTaskSets(scene)).map(({ id }) => id);
  const isExpected = (physicalId: string): boolean => {
    const [cluster = '', ofService = '', id, ...more] = physicalId.split('|');
    const named = cluster.endsWith(network.cluster) && [service, serviceName].includes(ofService);
    return named && known.includes(id) && more.length === 0;
  };
  const fits = ids.length === 2 && ids.every(isExpected);
  return { answer: fits ? 'cluster|service|id' : 'another form', detail: ids.join(', ') };
}

/** What CloudFormation says to an update; waits for its end if it is accepted. */
async function replyToUpdate({ target, stack }: Scene, order: StackOrder): Promise<string> {
  const reply = await replyTo(startUpdate(target, order));
  if (reply === 'accepted') await waitForStack(target, stack);
  return reply;
}
