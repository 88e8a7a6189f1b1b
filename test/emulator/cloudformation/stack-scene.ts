import type {
  CreateStackCommandInput,
  Stack,
  StackEvent,
  StackResource,
  UpdateStackCommandInput,
} from '@aws-sdk/client-cloudformation';
import { createCloudFormationService } from '../../../src/emulator/cloudformation/service.ts';
import { createCloudWatchService } from '../../../src/emulator/cloudwatch/service.ts';
import type { BoundOperations } from '../../../src/emulator/contract/operations.ts';
import { createWorld } from '../../../src/emulator/create-world.ts';
import { defaultOptions, type EmulatorOptions } from '../../../src/emulator/options.ts';
import { createS3Service } from '../../../src/emulator/s3/service.ts';
import type { World } from '../../../src/emulator/world.ts';

/** An emulated CloudFormation with fake services, and shorthands for one stack called `canary`. */
export interface StackScene {
  readonly world: World;
  call<Output = Record<string, unknown>>(operation: string, input?: object): Promise<Output>;
  create(resources: object, others?: Partial<CreateStackCommandInput> & { readonly Rest?: object }): Promise<void>;
  update(resources: object, others?: Partial<UpdateStackCommandInput> & { readonly Rest?: object }): Promise<void>;
  /** Waits until the stack has the status; fails if it ends in another one. */
  settle(status: string): Promise<Stack>;
  stack(): Promise<Stack>;
  resources(): Promise<Record<string, StackResource>>;
  /** Every event, oldest first. */
  events(): Promise<StackEvent[]>;
  /** `logical id STATUS reason` of the events since the last call, in order. */
  story(): Promise<string[]>;
  close(): Promise<void>;
}

export function openStackScene(
  options: Partial<EmulatorOptions> = {},
  operations: { readonly ecs?: BoundOperations; readonly elb?: BoundOperations } = {},
): StackScene {
  const close = async (): Promise<void> => {};
  const world = createWorld(
    { ...defaultOptions, timeScale: 200, ...options },
    {
      ecs: () => ({ operations: operations.ecs ?? {}, close }),
      elb: () => ({ operations: operations.elb ?? {}, close }) as unknown as World['elb'],
      s3: createS3Service,
      cloudWatch: createCloudWatchService,
      cloudFormation: createCloudFormationService,
    },
  );
  return { world, ...stackShorthands(world), close: async () => world.clock.close() };
}

/** The shorthands for any world, whatever its other services are. */
export function stackShorthands(world: World, StackName = 'canary'): Omit<StackScene, 'world' | 'close'> {
  const call = <Output = Record<string, unknown>>(operation: string, input: object = {}): Promise<Output> =>
    world.invoke<Output>('cloudformation', operation, input);
  const stack = async (): Promise<Stack> => {
    const { Stacks } = await call<{ Stacks: Stack[] }>('DescribeStacks', { StackName });
    return Stacks[0] as Stack;
  };
  const events = async (): Promise<StackEvent[]> => (await allEvents(call, StackName)).toReversed();
  let told = 0;
  const submit = async (operation: string, resources: object, { Rest = {}, ...others }: { Rest?: object }) => {
    await call(operation, { StackName, TemplateBody: JSON.stringify({ Resources: resources, ...Rest }), ...others });
  };
  return {
    call,
    stack,
    events,
    create: (resources, others = {}) => submit('CreateStack', resources, others),
    update: (resources, others = {}) => submit('UpdateStack', resources, others),
    settle: (status) => settle(stack, status),
    resources: async () => {
      const { StackResources } = await call<{ StackResources: StackResource[] }>('DescribeStackResources', {
        StackName,
      });
      return Object.fromEntries(StackResources.map((resource) => [resource.LogicalResourceId, resource]));
    },
    story: async () => {
      const all = await events();
      const fresh = all.slice(told).map(tell);
      told = all.length;
      return fresh;
    },
  };
}

async function allEvents(call: StackScene['call'], StackName: string): Promise<StackEvent[]> {
  const found: StackEvent[] = [];
  for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
    const page: { StackEvents: StackEvent[]; NextToken?: string } = await call('DescribeStackEvents', {
      StackName,
      ...(NextToken ? { NextToken } : {}),
    });
    found.push(...page.StackEvents);
    NextToken = page.NextToken;
  }
  return found;
}

async function settle(stack: () => Promise<Stack>, status: string): Promise<Stack> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const seen = await stack();
    if (seen.StackStatus === status) return seen;
    const isSettled = !seen.StackStatus?.endsWith('_IN_PROGRESS');
    if (isSettled || Date.now() > deadline)
      throw new Error(`expected ${status}, but the stack is ${seen.StackStatus}: ${seen.StackStatusReason}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function tell(event: StackEvent): string {
  const reason = event.ResourceStatusReason?.trim();
  return [event.LogicalResourceId, event.ResourceStatus, ...(reason ? [reason] : [])].join(' ');
}

/** A Test::Fake::Resource with these properties and resource attributes. */
export const fake = (properties: object = {}, attributes: object = {}) => ({
  Type: 'Test::Fake::Resource',
  Properties: properties,
  ...attributes,
});
