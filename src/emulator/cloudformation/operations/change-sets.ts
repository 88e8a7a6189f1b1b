import { AwsError } from '../../contract/aws-error.ts';
import { startCreate } from '../engine/create-run.ts';
import { beginOperation, setStackStatus } from '../engine/events.ts';
import { type PlannedChange, planUpdate } from '../engine/plan.ts';
import { startUpdate } from '../engine/update-run.ts';
import { findHandler } from '../resources/index.ts';
import { type ChangeSet, type CloudFormation, createStackRecord, type Stack, uuid } from '../state.ts';
import { checkStackName } from './create-stack.ts';
import { shownParameters } from './describe-stacks.ts';
import { findStack, invalid, requireMember, requireStack } from './lookup.ts';
import { page } from './paging.ts';
import { readDeployment, readSettings, type StackRequest } from './request.ts';
import { checkUpdatable, isUpdate } from './update-stack.ts';

interface ChangeSetRequest extends StackRequest {
  readonly ChangeSetName?: string;
  readonly ChangeSetType?: string;
  readonly Description?: string;
  readonly NextToken?: string;
}

const noChanges =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** CreateChangeSet, of type UPDATE or CREATE; the latter creates a stack in REVIEW_IN_PROGRESS. Drift is not compared. */
export function createChangeSet(cloud: CloudFormation, request: ChangeSetRequest): { Id: string; StackId: string } {
  const name = requireMember(request.ChangeSetName, 'changeSetName');
  const type = request.ChangeSetType ?? 'UPDATE';
  if (type !== 'CREATE' && type !== 'UPDATE') throw invalid(`The emulator does not support ChangeSetType ${type}.`);
  const stack =
    type === 'CREATE' ? stackUnderReview(cloud, request) : requireStack(cloud, request.StackName, 'brackets');
  if (type === 'UPDATE') checkUpdatable(stack, request.DisableRollback ?? false);
  if (stack.changeSets.has(name)) throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists`);
  const deployment = readDeployment(cloud, stack, request, ['CAPABILITY_AUTO_EXPAND']);
  if (!cloud.stacks.includes(stack)) review(cloud, stack, request);
  const { region, accountId, partition } = cloud.world.options;
  const changeSet: ChangeSet = {
    ...{ name, type, deployment, description: request.Description, settings: readSettings(request, stack.settings) },
    id: `arn:${partition}:cloudformation:${region}:${accountId}:changeSet/${name}/${uuid(cloud.world)}`,
    creationTime: cloud.world.clock.now(),
    ...{ status: 'CREATE_IN_PROGRESS', executionStatus: 'UNAVAILABLE', statusReason: undefined, changes: [] },
  };
  stack.changeSets.set(name, changeSet);
  cloud.world.clock.after(1, () => complete(cloud, stack, changeSet));
  return { Id: changeSet.id, StackId: stack.id };
}

/** DescribeChangeSet, with paged changes. */
export function describeChangeSet(cloud: CloudFormation, request: ChangeSetRequest): object {
  const { stack, changeSet } = requireChangeSet(cloud, request);
  const keyed = changeSet.changes.map((change, index) => ({ change, index: String(index) }));
  const { items, ...next } = page(
    keyed,
    ({ index }) => `${changeSet.id}${index}`,
    request.NextToken,
    cloud.world.options.pageSize,
  );
  return {
    ...{ ChangeSetName: changeSet.name, ChangeSetId: changeSet.id, StackId: stack.id, StackName: stack.name },
    ...(changeSet.description ? { Description: changeSet.description } : {}),
    Parameters: shownParameters(cloud, changeSet.deployment),
    CreationTime: changeSet.creationTime,
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    ...(changeSet.statusReason ? { StatusReason: changeSet.statusReason } : {}),
    Capabilities: changeSet.settings.capabilities,
    Tags: changeSet.deployment.tags,
    Changes: items.map(({ change }) => change),
    ...next,
  };
}

/** ExecuteChangeSet; also deletes the stack's other change sets. */
export function executeChangeSet(cloud: CloudFormation, request: ChangeSetRequest): object {
  const { stack, changeSet } = requireChangeSet(cloud, request);
  if (changeSet.executionStatus !== 'AVAILABLE')
    throw new AwsError(
      'InvalidChangeSetStatus',
      `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`,
    );
  if (changeSet.type === 'UPDATE') checkUpdatable(stack, request.DisableRollback ?? false);
  stack.changeSets.clear();
  changeSet.executionStatus = 'EXECUTE_COMPLETE';
  const disabled = request.DisableRollback ?? false;
  stack.settings = {
    ...changeSet.settings,
    disableRollback: disabled,
    retainExceptOnCreate: request.RetainExceptOnCreate ?? false,
    onFailure: disabled ? 'DO_NOTHING' : 'ROLLBACK',
  };
  const start = changeSet.type === 'CREATE' ? startCreate : startUpdate;
  start(cloud, stack, changeSet.deployment, request.ClientRequestToken);
  return {};
}

/** DeleteChangeSet; succeeds if there is no such change set. */
export function deleteChangeSet(cloud: CloudFormation, request: ChangeSetRequest): object {
  const found = findChangeSet(cloud, request);
  if (found) found.stack.changeSets.delete(found.changeSet.name);
  return {};
}

function stackUnderReview(cloud: CloudFormation, request: ChangeSetRequest): Stack {
  const name = checkStackName(request.StackName);
  const existing = findStack(cloud, name);
  if (existing && existing.status !== 'REVIEW_IN_PROGRESS')
    throw invalid(
      `Stack [${name}] already exists and cannot be created again with the changeSet [${request.ChangeSetName}].`,
    );
  return existing ?? createStackRecord(cloud.world, name, readSettings(request));
}

function review(cloud: CloudFormation, stack: Stack, request: ChangeSetRequest): void {
  cloud.stacks.push(stack);
  beginOperation(cloud, stack, 'CREATE_CHANGESET', request.ClientRequestToken);
  setStackStatus(cloud, stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
}

function complete(cloud: CloudFormation, stack: Stack, changeSet: ChangeSet): void {
  if (!isUpdate(cloud, stack, changeSet.deployment)) {
    changeSet.status = 'FAILED';
    changeSet.statusReason = noChanges;
    return;
  }
  changeSet.changes = planUpdate(cloud, stack, changeSet.deployment).map(shownChange);
  changeSet.status = 'CREATE_COMPLETE';
  changeSet.executionStatus = 'AVAILABLE';
}

function shownChange(change: PlannedChange): object {
  const createOnly = findHandler(change.type)?.createOnly ?? [];
  const Details = change.properties.map((Name) => ({
    Target: { Attribute: 'Properties', Name, RequiresRecreation: createOnly.includes(Name) ? 'Always' : 'Never' },
    Evaluation: 'Static',
    ChangeSource: 'DirectModification',
  }));
  return {
    Type: 'Resource',
    ResourceChange: {
      ...{ Action: change.action, LogicalResourceId: change.logicalId, ResourceType: change.type },
      ...(change.physicalId ? { PhysicalResourceId: change.physicalId } : {}),
      ...(change.action === 'Modify' ? { Replacement: change.replaces ? 'True' : 'False' } : {}),
      Scope: change.properties.length > 0 ? ['Properties'] : [],
      Details,
    },
  };
}

function requireChangeSet(cloud: CloudFormation, request: ChangeSetRequest) {
  const found = findChangeSet(cloud, request);
  if (found) return found;
  if (request.StackName) requireStack(cloud, request.StackName, 'brackets');
  throw new AwsError('ChangeSetNotFound', `ChangeSet [${request.ChangeSetName}] does not exist`, 404);
}

function findChangeSet(cloud: CloudFormation, request: ChangeSetRequest) {
  const reference = requireMember(request.ChangeSetName, 'changeSetName');
  const stacks = request.StackName ? [findStack(cloud, request.StackName)] : cloud.stacks;
  for (const stack of stacks) {
    const changeSet = [...(stack?.changeSets.values() ?? [])].find(
      ({ id, name }) => id === reference || name === reference,
    );
    if (stack && changeSet) return { stack, changeSet };
  }
  return undefined;
}
