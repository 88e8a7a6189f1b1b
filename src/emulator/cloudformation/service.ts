import type { OperationTable, World } from '../world.ts';
import { createChangeSet, deleteChangeSet, describeChangeSet, executeChangeSet } from './operations/change-sets.ts';
import { createStack } from './operations/create-stack.ts';
import { describeStackEvents } from './operations/describe-events.ts';
import { describeStackResource, describeStackResources, listStackResources } from './operations/describe-resources.ts';
import { describeStacks, listStacks } from './operations/describe-stacks.ts';
import {
  cancelUpdateStack,
  continueUpdateRollback,
  deleteStack,
  rollbackStack,
  updateTerminationProtection,
} from './operations/stop.ts';
import { getTemplate, getTemplateSummary, validateTemplate } from './operations/templates.ts';
import { updateStack } from './operations/update-stack.ts';
import type { CloudFormation } from './state.ts';

/** The emulated CloudFormation, as the rest of the emulator sees it. */
export interface CloudFormationService {
  readonly operations: OperationTable;
  close(): Promise<void>;
}

/** An account without stacks. Runs that are under way when the world's clock closes stay where they are. */
export function createCloudFormationService(world: World): CloudFormationService {
  const cloud: CloudFormation = { world, stacks: [] };
  const bind =
    <Input, Result>(operation: (cloud: CloudFormation, input: Input) => Result) =>
    (input: Input): Result =>
      operation(cloud, input);
  return {
    operations: {
      CreateStack: bind(createStack),
      UpdateStack: bind(updateStack),
      DeleteStack: bind(deleteStack),
      CancelUpdateStack: bind(cancelUpdateStack),
      ContinueUpdateRollback: bind(continueUpdateRollback),
      RollbackStack: bind(rollbackStack),
      UpdateTerminationProtection: bind(updateTerminationProtection),
      DescribeStacks: bind(describeStacks),
      ListStacks: bind(listStacks),
      ListStackResources: bind(listStackResources),
      DescribeStackResources: bind(describeStackResources),
      DescribeStackResource: bind(describeStackResource),
      DescribeStackEvents: bind(describeStackEvents),
      GetTemplate: bind(getTemplate),
      GetTemplateSummary: bind(getTemplateSummary),
      ValidateTemplate: (input: Parameters<typeof validateTemplate>[0]) => validateTemplate(input),
      CreateChangeSet: bind(createChangeSet),
      DescribeChangeSet: bind(describeChangeSet),
      ExecuteChangeSet: bind(executeChangeSet),
      DeleteChangeSet: bind(deleteChangeSet),
    },
    close: async () => {},
  };
}
