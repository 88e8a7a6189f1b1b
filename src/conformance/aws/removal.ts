import type { Stack } from '@aws-sdk/client-cloudformation';
import { pollUntil } from '../clock.ts';
import { familiesOf, runTag, stackName, stackParts } from './run-names.ts';
import { replyTo } from './sightings.ts';
import { describeFailure, findStack, waitForStack } from './stacks.ts';
import type { Target } from './target.ts';

/**
 * Removes everything of a run, whatever state it is in, and finds it by its tag.
 * @returns what is left, for people; empty if nothing is
 */
export async function removeRun(target: Target, run: string, tell: (line: string) => void): Promise<readonly string[]> {
  let problems: readonly string[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    problems = await removeOnce(target, run, tell);
    if (problems.length === 0) break;
  }
  return problems;
}

/** The newest first, because the older ones hold what it uses; the last stack is there as long as anything is. */
async function removeOnce(target: Target, run: string, tell: (line: string) => void): Promise<readonly string[]> {
  const stacks = (await findRuns(target)).get(run) ?? [];
  const problems: string[] = [];
  const note = async (name: string, removal: Promise<unknown>): Promise<void> => {
    const reply = await replyTo(removal);
    if (reply !== 'accepted') problems.push(`${name}: ${reply}`);
  };
  for (const part of stackParts.toReversed()) {
    if (part === 'network') await note('task definitions', deregister(target, run));
    const name = stackName(run, part);
    if (!stacks.some(({ StackName }) => StackName === name)) continue;
    tell(`Removing ${name} …`);
    await note(name, removeStack(target, name));
  }
  return problems;
}

/** The stacks of every run in the region, by the run's id. */
export async function findRuns({ cloudFormation }: Target): Promise<ReadonlyMap<string, readonly Stack[]>> {
  const runs = new Map<string, Stack[]>();
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.describeStacks({ NextToken });
    for (const stack of page.Stacks ?? []) {
      const run = stack.Tags?.find(({ Key }) => Key === runTag)?.Value;
      if (run !== undefined) runs.set(run, [...(runs.get(run) ?? []), stack]);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return runs;
}

async function removeStack(target: Target, name: string): Promise<void> {
  const { cloudFormation, clock } = target;
  const stack = await findStack(target, name);
  const { StackId: id = name, StackStatus: status = '' } = stack ?? {};
  if (/^UPDATE_.*_IN_PROGRESS$|^ROLLBACK_IN_PROGRESS$/.test(status)) {
    await replyTo(cloudFormation.cancelUpdateStack({ StackName: name }));
    await waitForStack(target, name);
  }
  // A stack that is being created is still adding task sets of its own.
  if (!/^(CREATE|DELETE)_IN_PROGRESS$/.test(status)) await removeStrayTaskSets(target, name);
  await cloudFormation.deleteStack({ StackName: name });
  const read = async (): Promise<string> => (await findStack(target, id))?.StackStatus ?? 'DELETE_COMPLETE';
  const isOver = (seen: string): boolean => /^DELETE_(COMPLETE|FAILED)$/.test(seen);
  if ((await pollUntil(clock, `${name} was deleted`, read, isOver)) === 'DELETE_FAILED')
    throw new Error(await describeFailure(target, id));
}

/** CloudFormation can delete a service only once the task sets are gone that it does not know. */
async function removeStrayTaskSets({ cloudFormation, ecs, clock }: Target, name: string): Promise<void> {
  const { StackResources = [] } = await cloudFormation.describeStackResources({ StackName: name });
  const service = StackResources.find(({ ResourceType }) => ResourceType === 'AWS::ECS::Service')?.PhysicalResourceId;
  const cluster = service?.split('/').at(-2);
  if (service === undefined || cluster === undefined) return;
  const own = StackResources.map(({ PhysicalResourceId }) => PhysicalResourceId?.split('|').at(-1));
  const readStrays = async () => {
    const { services } = await ecs.describeServices({ cluster, services: [service] });
    return (services?.[0]?.taskSets ?? []).filter(({ id }) => !own.includes(id));
  };
  for (const { id, status } of await readStrays())
    if (status !== 'DRAINING') await ecs.deleteTaskSet({ cluster, service, taskSet: id, force: true });
  await pollUntil(clock, 'its task sets were gone', readStrays, (left) => left.length === 0, { seconds: 900 });
}

/** The template retains its task definitions, as Deploy Stack needs them. */
async function deregister({ ecs }: Target, run: string): Promise<void> {
  for (const familyPrefix of familiesOf(run)) {
    const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({ familyPrefix, status: 'ACTIVE' });
    for (const taskDefinition of taskDefinitionArns) await ecs.deregisterTaskDefinition({ taskDefinition });
  }
}
