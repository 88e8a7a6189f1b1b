import type {
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import type { OperationTable } from '../contract/operations.ts';
import { ecsArn, lastSegment } from './arns.ts';
import { readTaskBehaviour } from './behaviours.ts';
import type { EcsContext } from './context.ts';
import { clientException, invalidParameter } from './errors.ts';
import { findTaskDefinition } from './lookups.ts';
import { takePage } from './paging.ts';
import type { EcsState, TaskDefinitionRecord } from './state.ts';
import { mergeTags } from './tags.ts';
import { buildTaskDefinition } from './task-definition-shape.ts';
import { validateTaskDefinition } from './task-definition-validation.ts';
import { viewTaskDefinition } from './views.ts';

export const taskDefinitionOperations: OperationTable<EcsContext> = {
  RegisterTaskDefinition: registerTaskDefinition,
  DescribeTaskDefinition: describeTaskDefinition,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  ListTaskDefinitions: listTaskDefinitions,
};

function registerTaskDefinition(
  { world, state }: EcsContext,
  input: RegisterTaskDefinitionRequest,
): RegisterTaskDefinitionResponse {
  validateTaskDefinition(input);
  readTaskBehaviour(input);
  const family = input.family ?? '';
  const revision = revisionsOf(state, family).length + 1;
  const name = `${family}:${revision}`;
  const record: TaskDefinitionRecord = {
    shape: {
      ...buildTaskDefinition(input),
      taskDefinitionArn: ecsArn(world, `task-definition/${name}`),
      family,
      revision,
      status: 'ACTIVE',
      registeredAt: world.clock.now(),
      registeredBy: `arn:${world.options.partition}:iam::${world.options.accountId}:root`,
    },
    tags: mergeTags([], input.tags),
  };
  state.taskDefinitions.set(name, record);
  return { taskDefinition: viewTaskDefinition(record), tags: structuredClone(record.tags) };
}

/** Revisions are never deleted, so their count is the newest revision's number. */
function revisionsOf(state: EcsState, family: string): TaskDefinitionRecord[] {
  return [...state.taskDefinitions.values()].filter(({ shape }) => shape.family === family);
}

function describeTaskDefinition(
  { state }: EcsContext,
  input: DescribeTaskDefinitionRequest,
): DescribeTaskDefinitionResponse {
  const record = findTaskDefinition(state, input.taskDefinition ?? '');
  if (!record) throw clientException('Unable to describe task definition.');
  return {
    taskDefinition: viewTaskDefinition(record),
    tags: input.include?.includes('TAGS') ? structuredClone(record.tags) : [],
  };
}

function deregisterTaskDefinition(
  { world, state }: EcsContext,
  input: DeregisterTaskDefinitionRequest,
): DeregisterTaskDefinitionResponse {
  const name = lastSegment(input.taskDefinition ?? '');
  if (!/^[\w-]+:\d+$/.test(name)) throw clientException('Invalid revision number. Number: null');
  const record = state.taskDefinitions.get(name);
  if (!record) throw clientException('The specified task definition does not exist.');
  if (record.shape.status !== 'ACTIVE')
    throw invalidParameter('The specified task definition is not active. Only active ones can be deregistered.');
  record.shape.status = 'INACTIVE';
  record.shape.deregisteredAt = world.clock.now();
  return { taskDefinition: viewTaskDefinition(record) };
}

function listTaskDefinitions(
  { world, state }: EcsContext,
  input: ListTaskDefinitionsRequest,
): ListTaskDefinitionsResponse {
  const status = input.status ?? 'ACTIVE';
  const arns = [...state.taskDefinitions.values()]
    .filter(({ shape }) => shape.status === status && (!input.familyPrefix || shape.family === input.familyPrefix))
    .sort((a, b) => compare(a.shape.family, b.shape.family) || a.shape.revision - b.shape.revision)
    .map(({ shape }) => shape.taskDefinitionArn);
  const page = takePage(world, input.sort === 'DESC' ? arns.reverse() : arns, input);
  return { taskDefinitionArns: page.items, nextToken: page.nextToken };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
