import {
  type CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';

import { namedParts } from './named-parts.ts';

/** The resources and outputs of a stack. */
export interface StackParts {
  readonly resources: readonly StackResource[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** ARNs of the colours' target groups; undefined when the stack does not say. */
export interface ColourGroups {
  readonly blue: string | undefined;
  readonly green: string | undefined;
}

/** Reads a stack; one that does not exist is empty. */
export async function readStackParts(client: CloudFormationClient, StackName: string): Promise<StackParts> {
  try {
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs);
    return {
      resources: StackResources,
      outputs: Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
    };
  } catch (error) {
    // A first release that fails may leave no stack at all.
    if (/does not exist/.test((error as Error).message)) return { resources: [], outputs: {} };
    throw error;
  }
}

/**
 * Finds the colours' target groups independently of the steps, so that a step that confuses them is found.
 * @param parameters those of the step that deploys, which may name their logical ids
 */
export function findGroups(parts: StackParts, parameters: Readonly<Record<string, string>>): ColourGroups {
  return { blue: findGroup(parts, parameters, 'Blue'), green: findGroup(parts, parameters, 'Green') };
}

function findGroup(
  { resources, outputs }: StackParts,
  parameters: Readonly<Record<string, string>>,
  colour: 'Blue' | 'Green',
): string | undefined {
  const [hint] = namedParts(parameters, `${colour}TargetGroup`);
  const groups = resources.filter(({ ResourceType }) => ResourceType === 'AWS::ElasticLoadBalancingV2::TargetGroup');
  const output = outputs[`${colour}TargetGroup`];
  const told = groups.find(({ PhysicalResourceId }) => hint === undefined && PhysicalResourceId === output);
  const named = groups.find(({ LogicalResourceId }) => LogicalResourceId === (hint ?? `${colour}TargetGroup`));
  // A group outside the stack has only its output.
  return (told ?? named)?.PhysicalResourceId ?? (output?.includes(':targetgroup/') ? output : undefined);
}
