import { bindOperations, type OperationTable } from '../contract/operations.ts';
import type { Service } from '../contract/service.ts';
import { createChangeSet, deleteChangeSet, describeChangeSet, executeChangeSet } from './operations/change-sets.ts';
import { createStack } from './operations/create-stack.ts';
import { describeStackEvents } from './operations/describe-events.ts';
import { describeStackResource, describeStackResources, listStackResources } from './operations/describe-resources.ts';
import { describeStacks, listStacks } from './operations/describe-stacks.ts';
import { listExports, listImports } from './operations/exports.ts';
import {
  cancelUpdateStack,
  continueUpdateRollback,
  deleteStack,
  rollbackStack,
  updateTerminationProtection,
} from './operations/stop.ts';
import { withStoredTemplate } from './operations/stored-template.ts';
import { getTemplate, getTemplateSummary, validateTemplate } from './operations/templates.ts';
import { refuseUnsupported } from './operations/unsupported-members.ts';
import { updateStack } from './operations/update-stack.ts';
import type { CloudFormation, CloudFormationWorld } from './state.ts';

/** An emulated CloudFormation without stacks. Runs in progress stop where they are when the world's clock closes. */
export function createCloudFormationService(world: CloudFormationWorld): Service {
  return {
    operations: bindOperations({ world, stacks: [], madeUp: new Map() }, refuseUnsupported(operations)),
    close: async () => {},
  };
}

const operations: OperationTable<CloudFormation> = {
  CreateStack: withStoredTemplate(createStack),
  UpdateStack: withStoredTemplate(updateStack),
  DeleteStack: deleteStack,
  CancelUpdateStack: cancelUpdateStack,
  ContinueUpdateRollback: continueUpdateRollback,
  RollbackStack: rollbackStack,
  UpdateTerminationProtection: updateTerminationProtection,
  DescribeStacks: describeStacks,
  ListStacks: listStacks,
  ListExports: listExports,
  ListImports: listImports,
  ListStackResources: listStackResources,
  DescribeStackResources: describeStackResources,
  DescribeStackResource: describeStackResource,
  DescribeStackEvents: describeStackEvents,
  GetTemplate: getTemplate,
  GetTemplateSummary: withStoredTemplate(getTemplateSummary),
  ValidateTemplate: withStoredTemplate(validateTemplate),
  CreateChangeSet: withStoredTemplate(createChangeSet),
  DescribeChangeSet: describeChangeSet,
  ExecuteChangeSet: executeChangeSet,
  DeleteChangeSet: deleteChangeSet,
};
