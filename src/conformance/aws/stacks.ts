import type { Parameter, Stack, StackEvent, Tag } from '@aws-sdk/client-cloudformation';
import { pollUntil } from '../clock.ts';
import type { Target } from './target.ts';

/** A stack to create or update. */
export interface StackOrder {
  readonly name: string;
  readonly body: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Client request token. */
  readonly token?: string;
}

/** Starts to create a stack. @returns its id */
export async function startCreate({ cloudFormation }: Target, order: StackOrder): Promise<string> {
  const { StackId = '' } = await cloudFormation.createStack(inputOf(order));
  return StackId;
}

/** Starts to update a stack; rejects as AWS does. */
export async function startUpdate({ cloudFormation }: Target, order: StackOrder): Promise<void> {
  await cloudFormation.updateStack(inputOf(order));
}

/**
 * Waits until a stack's operation has ended.
 * @param each called with every status, the last one included
 * @returns the last status
 */
export async function waitForStack(
  target: Target,
  name: string,
  each: (status: string) => Promise<void> = async () => {},
): Promise<string> {
  const look = async (): Promise<string> => {
    const status = (await findStack(target, name))?.StackStatus ?? 'DELETE_COMPLETE';
    await each(status);
    return status;
  };
  return pollUntil(target.clock, `the stack ${name} came to rest`, look, (status) => !status.endsWith('_IN_PROGRESS'));
}

/** A stack by name or id; undefined if there is none. */
export async function findStack({ cloudFormation }: Target, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await cloudFormation.describeStacks({ StackName: name });
    return Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** The outputs of a stack by their names. */
export async function readOutputs(target: Target, name: string): Promise<Readonly<Record<string, string>>> {
  const stack = await findStack(target, name);
  return Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

/** The events of a stack, the oldest first. */
export async function readEvents({ cloudFormation }: Target, name: string): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.describeStackEvents({ StackName: name, NextToken });
    events.push(...(page.StackEvents ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return events.reverse();
}

/** Why a stack's last operation failed, for people. */
export async function describeFailure(target: Target, name: string): Promise<string> {
  const failed = (await readEvents(target, name)).filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'));
  const causes = failed.filter(({ ResourceStatusReason: reason = '' }) => !/cancelled/.test(reason));
  return causes.map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`).join('; ');
}

function inputOf({ name, body, parameters = {}, tags, token }: StackOrder) {
  return {
    StackName: name,
    TemplateBody: body,
    Parameters: Object.entries(parameters).map(
      ([ParameterKey, ParameterValue]): Parameter => ({ ParameterKey, ParameterValue }),
    ),
    ...(tags && { Tags: Object.entries(tags).map(([Key, Value]): Tag => ({ Key, Value })) }),
    ...(token !== undefined && { ClientRequestToken: token }),
  };
}
