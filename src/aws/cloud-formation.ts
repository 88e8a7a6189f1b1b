import {
  CancelUpdateStackCommand,
  type Capability,
  type CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type StackEvent as SdkStackEvent,
  type StackResourceSummary,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { StackSubmission } from '../canary/change.ts';
import { firstOf, pagesOf, partOf } from './answers.ts';
import type { CloudFormation, Stack, StackEvent, StackResource } from './aws.ts';
import { explaining, namingStackPolicy, saysMissingStack, saysNoUpdates } from './errors.ts';

/** CloudFormation over the SDK's client. */
export function createCloudFormation(client: CloudFormationClient): CloudFormation {
  return {
    describeStack: (name) => describeStack(client, name),
    listResources: (name) => listResources(client, name),
    readTemplate: async (name) => {
      const input = { StackName: name, TemplateStage: 'Original' } as const;
      return explaining('cloudformation:GetTemplate', async () =>
        partOf(await client.send(new GetTemplateCommand(input)), 'TemplateBody'),
      );
    },
    listEvents: (name, token, seen) => listEvents(client, name, token, seen),
    latestToken: async (name) => {
      const events = await orMissing('cloudformation:DescribeStackEvents', async () =>
        partOf(await client.send(new DescribeStackEventsCommand({ StackName: name })), 'StackEvents'),
      );
      return events?.[0]?.ClientRequestToken ?? '';
    },
    createStack: async (submission, token) => {
      await explaining('cloudformation:CreateStack', () =>
        client.send(new CreateStackCommand(stackInput(submission, token))),
      );
    },
    updateStack: (submission, token) =>
      explaining('cloudformation:UpdateStack', async () => {
        try {
          await client.send(new UpdateStackCommand(stackInput(submission, token)));
          return 'started';
        } catch (error) {
          if (saysNoUpdates(error)) return 'unchanged';
          throw error;
        }
      }),
    deleteStack: async (name, roleArn) => {
      await explaining('cloudformation:DeleteStack', () =>
        client.send(new DeleteStackCommand({ StackName: name, RoleARN: roleArn })),
      );
    },
    cancelUpdate: async (name, token) => {
      await explaining('cloudformation:CancelUpdateStack', () =>
        client.send(new CancelUpdateStackCommand({ StackName: name, ClientRequestToken: token })),
      );
    },
  };
}

async function describeStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  const stack = await orMissing('cloudformation:DescribeStacks', async () =>
    firstOf(await client.send(new DescribeStacksCommand({ StackName: name })), 'Stacks'),
  );
  if (!stack || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
  return {
    id: stack.StackId ?? name,
    name: stack.StackName ?? name,
    status: stack.StackStatus ?? '',
    statusReason: stack.StackStatusReason ?? '',
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? '']),
    ),
    parameters: Object.fromEntries(
      (stack.Parameters ?? []).map((entry) => [entry.ParameterKey ?? '', entry.ParameterValue ?? '']),
    ),
    capabilities: stack.Capabilities ?? [],
  };
}

async function listResources(
  client: CloudFormationClient,
  name: string,
): Promise<readonly StackResource[] | undefined> {
  return orMissing('cloudformation:ListStackResources', async () => {
    const found: StackResourceSummary[] = [];
    const read = (NextToken: string | undefined) =>
      client.send(new ListStackResourcesCommand({ StackName: name, NextToken }));
    for await (const page of pagesOf(read, 'NextToken')) found.push(...partOf(page, 'StackResourceSummaries'));
    return found.map((resource) => ({
      logicalId: resource.LogicalResourceId ?? '',
      physicalId: resource.PhysicalResourceId ?? '',
      type: resource.ResourceType ?? '',
      status: resource.ResourceStatus ?? '',
    }));
  });
}

async function listEvents(
  client: CloudFormationClient,
  name: string,
  token: string,
  seen: string | undefined,
): Promise<readonly StackEvent[]> {
  const found = await orMissing('cloudformation:DescribeStackEvents', async () => {
    const events: SdkStackEvent[] = [];
    const read = (NextToken: string | undefined) =>
      client.send(new DescribeStackEventsCommand({ StackName: name, NextToken }));
    for await (const page of pagesOf(read, 'NextToken')) {
      const all = partOf(page, 'StackEvents');
      const end = all.findIndex((event) => isBefore(event, token, seen));
      events.push(...(end < 0 ? all : all.slice(0, end)));
      // A stack's whole history can be megabytes; an operation that is not on the newest page has not begun.
      const begun = seen !== undefined || events.some((event) => event.ClientRequestToken === token);
      if (!begun) return [];
      if (end >= 0) break;
    }
    if (seen !== undefined) return events;
    // Earlier events without a token belong to another client that sent none, such as the AWS CLI.
    return events.slice(0, events.findLastIndex((event) => event.ClientRequestToken === token) + 1);
  });
  return (found ?? []).map(toEvent).reverse();
}

/** Events come newest first and a stack does one thing at a time; whether a rollback's events repeat the token is not documented. */
function isBefore(event: SdkStackEvent, token: string, seen: string | undefined): boolean {
  if (seen !== undefined) return event.EventId === seen;
  return event.ClientRequestToken !== undefined && event.ClientRequestToken !== token;
}

function toEvent(event: SdkStackEvent): StackEvent {
  return {
    id: event.EventId ?? '',
    time: event.Timestamp ?? new Date(0),
    token: event.ClientRequestToken ?? '',
    logicalId: event.LogicalResourceId ?? '',
    physicalId: event.PhysicalResourceId ?? '',
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    reason: namingStackPolicy(event.ResourceStatusReason ?? ''),
  };
}

function stackInput(submission: StackSubmission, token: string) {
  return {
    StackName: submission.name,
    ...(submission.templateUrl === undefined
      ? { TemplateBody: submission.templateBody }
      : { TemplateURL: submission.templateUrl }),
    Parameters: Object.entries(submission.parameters).map(([key, value]) =>
      typeof value === 'string'
        ? { ParameterKey: key, ParameterValue: value }
        : { ParameterKey: key, UsePreviousValue: true },
    ),
    Capabilities: submission.capabilities as Capability[],
    ...(submission.tags && { Tags: Object.entries(submission.tags).map(([Key, Value]) => ({ Key, Value })) }),
    RoleARN: submission.roleArn,
    ClientRequestToken: token,
  };
}

async function orMissing<T>(operation: string, call: () => Promise<T>): Promise<T | undefined> {
  return explaining(operation, async () => {
    try {
      return await call();
    } catch (error) {
      if (saysMissingStack(error)) return undefined;
      throw error;
    }
  });
}
