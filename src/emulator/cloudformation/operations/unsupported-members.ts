import type { Caller } from '../../contract/caller.ts';
import type { OperationTable } from '../../contract/operations.ts';
import type { CloudFormation } from '../state.ts';
import { invalid } from './lookup.ts';

const inStackRequests = [
  'DeploymentConfig',
  'ResourceTypes',
  'StackPolicyBody',
  'StackPolicyURL',
  'StackPolicyDuringUpdateBody',
  'StackPolicyDuringUpdateURL',
];

/** Members of requests that change what AWS does, and that the emulator does not act on. */
const unsupported: Readonly<Record<string, readonly string[]>> = {
  CreateStack: inStackRequests,
  UpdateStack: inStackRequests,
  CreateChangeSet: [
    ...inStackRequests,
    'DeploymentMode',
    'ImportExistingResources',
    'IncludeNestedStacks',
    'OnStackFailure',
    'ResourcesToImport',
  ],
  DeleteStack: ['DeletionMode', 'DeploymentConfig'],
  ContinueUpdateRollback: ['ForceRollback'],
  RollbackStack: ['DeploymentConfig', 'RetainExceptOnCreate'],
  GetTemplateSummary: ['StackSetName'],
};

/** Values that mean the same as leaving the member out. */
const harmless: readonly unknown[] = [undefined, null, false, 'STANDARD'];

/** The operations, each of which first refuses what the emulator would have to ignore. */
export function refuseUnsupported(operations: OperationTable<CloudFormation>): OperationTable<CloudFormation> {
  const guarded = Object.entries(operations).map(([name, perform]) => {
    const members = unsupported[name] ?? [];
    return [
      name,
      (cloud: CloudFormation, input: Readonly<Record<string, unknown>>, caller?: Caller): unknown => {
        const given = members.filter((member) => !harmless.includes(input[member]));
        if (given.length > 0) throw invalid(`The emulator does not support ${given.join(', ')} of ${name}.`);
        return perform(cloud, input as never, caller);
      },
    ] as const;
  });
  return Object.fromEntries(guarded);
}
