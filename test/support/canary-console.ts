import { request } from 'node:http';
import { CloudFormation, type StackEvent } from '@aws-sdk/client-cloudformation';
import { ECS, type Service, type TaskSet } from '@aws-sdk/client-ecs';
import { type Action, ElasticLoadBalancingV2, type Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { listenerArnOf } from '../../src/canary/listener-rule.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { rehearsalCredentials } from '../../src/rehearsal/scene.ts';

/** An answer that a user got at the listener. */
export interface UserAnswer {
  readonly status: number;
  /** Undefined when no task answered. */
  readonly version: string | undefined;
}

/** What a person at the console, or a user with a browser, does to the stack `canary` outside the steps. */
export interface CanaryConsole {
  readonly ecs: ECS;
  readonly elb: ElasticLoadBalancingV2;
  readonly cloudFormation: CloudFormation;
  /** Physical ids by logical id. */
  readonly resources: () => Promise<Readonly<Record<string, string>>>;
  readonly outputs: () => Promise<Readonly<Record<string, string>>>;
  readonly stackStatus: () => Promise<string>;
  /** Events of the stack's last operation, oldest first. */
  readonly lastEvents: () => Promise<readonly StackEvent[]>;
  /** Waits until the stack is at rest. @returns its status */
  readonly settle: () => Promise<string>;
  readonly service: () => Promise<Service>;
  readonly taskSet: (colour: 'Blue' | 'Green') => Promise<TaskSet>;
  /** Every rule of the production rule's listener, exactly as AWS returns them. */
  readonly rules: () => Promise<readonly Rule[]>;
  readonly productionRule: () => Promise<Rule>;
  readonly weights: () => Promise<{ readonly blue: number; readonly green: number }>;
  readonly setWeights: (blue: number, green: number) => Promise<void>;
  readonly setActions: (actions: Action[]) => Promise<void>;
  /** The StableStack tag, undefined to remove it. */
  readonly tag: (value: string | undefined) => Promise<void>;
  readonly readTag: () => Promise<string | undefined>;
  /** Removes the record of shares, of which weights that are set by hand would be less. */
  readonly forgetShares: () => Promise<void>;
  readonly listenerUrl: () => Promise<string>;
  /** One request through the listener, on its own connection. */
  readonly ask: (path?: string, headers?: Readonly<Record<string, string>>) => Promise<UserAnswer>;
  readonly close: () => void;
}

export function openCanaryConsole(emulator: Emulator): CanaryConsole {
  const config = { endpoint: emulator.url, region: emulator.options.region, credentials: rehearsalCredentials };
  const clients = {
    ecs: new ECS(config),
    elb: new ElasticLoadBalancingV2(config),
    cloudFormation: new CloudFormation(config),
  };
  const stack = stackConsole(clients.cloudFormation);
  const service = serviceConsole(clients.ecs, stack);
  const rule = ruleConsole(clients.elb, stack);
  const listenerUrl = async () => emulator.listeners()[listenerArnOf(await productionRuleArn(stack))] ?? '';
  return {
    ...{ ...clients, ...stack, ...service, ...rule, listenerUrl },
    ask: async (path = '/', headers = {}) => askOnce(new URL(path, await listenerUrl()), headers),
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

type StackConsole = Pick<CanaryConsole, 'resources' | 'outputs' | 'stackStatus' | 'lastEvents' | 'settle'>;

function stackConsole(cloudFormation: CloudFormation): StackConsole {
  const StackName = 'canary';
  const described = async () => (await cloudFormation.describeStacks({ StackName })).Stacks?.[0];
  const stackStatus = async () => (await described())?.StackStatus ?? '';
  return {
    stackStatus,
    resources: async () => {
      const { StackResources } = await cloudFormation.describeStackResources({ StackName });
      return Object.fromEntries(
        (StackResources ?? []).map((each) => [each.LogicalResourceId ?? '', each.PhysicalResourceId ?? '']),
      );
    },
    outputs: async () =>
      Object.fromEntries(
        ((await described())?.Outputs ?? []).map((each) => [each.OutputKey ?? '', each.OutputValue ?? '']),
      ),
    lastEvents: () => lastEvents(cloudFormation),
    settle: async () => {
      await eventually('the stack is at rest', async () => !(await stackStatus()).endsWith('_IN_PROGRESS'));
      return stackStatus();
    },
  };
}

function serviceConsole(
  ecs: ECS,
  stack: StackConsole,
): Pick<CanaryConsole, 'service' | 'taskSet' | 'tag' | 'readTag' | 'forgetShares'> {
  const service = async (): Promise<Service> => {
    const { Service: arn = '', MyService = arn } = await stack.resources();
    const cluster = MyService.split('/').at(-2);
    const { services } = await ecs.describeServices({ cluster, services: [MyService], include: ['TAGS'] });
    return services?.[0] ?? {};
  };
  return {
    service,
    taskSet: async (colour) => {
      const id = (await stack.outputs())[`${colour}TaskSet`];
      const found = (await service()).taskSets?.find((taskSet) => taskSet.id === id);
      if (!found) throw new Error(`no ${colour} task set`);
      return found;
    },
    tag: async (value) => {
      const resourceArn = (await service()).serviceArn ?? '';
      if (value === undefined) await ecs.untagResource({ resourceArn, tagKeys: ['StableStack'] });
      else await ecs.tagResource({ resourceArn, tags: [{ key: 'StableStack', value }] });
    },
    forgetShares: async () => {
      const resourceArn = (await service()).serviceArn ?? '';
      await ecs.untagResource({ resourceArn, tagKeys: ['EcsCanaryShares'] });
    },
    readTag: async () => (await service()).tags?.find(({ key }) => key === 'StableStack')?.value,
  };
}

type RuleConsole = Pick<CanaryConsole, 'rules' | 'productionRule' | 'weights' | 'setWeights' | 'setActions'>;

function ruleConsole(elb: ElasticLoadBalancingV2, stack: StackConsole): RuleConsole {
  const productionRule = async (): Promise<Rule> => {
    const { Rules } = await elb.describeRules({ RuleArns: [await productionRuleArn(stack)] });
    return Rules?.[0] ?? {};
  };
  const setActions = async (Actions: Action[]): Promise<void> => {
    await elb.modifyRule({ RuleArn: await productionRuleArn(stack), Actions });
  };
  return {
    productionRule,
    setActions,
    rules: async () => listRules(elb, listenerArnOf(await productionRuleArn(stack))),
    weights: async () => {
      const { BlueTargetGroup, GreenTargetGroup } = await stack.outputs();
      const groups = (await productionRule()).Actions?.at(-1)?.ForwardConfig?.TargetGroups ?? [];
      const of = (arn: string | undefined) => groups.find((group) => group.TargetGroupArn === arn)?.Weight ?? -1;
      return { blue: of(BlueTargetGroup), green: of(GreenTargetGroup) };
    },
    setWeights: async (blue, green) => {
      const { BlueTargetGroup, GreenTargetGroup } = await stack.outputs();
      const TargetGroups = [
        { TargetGroupArn: BlueTargetGroup, Weight: blue },
        { TargetGroupArn: GreenTargetGroup, Weight: green },
      ];
      await setActions([{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }]);
    },
  };
}

async function listRules(elb: ElasticLoadBalancingV2, ListenerArn: string): Promise<readonly Rule[]> {
  const found: Rule[] = [];
  let Marker: string | undefined;
  do {
    const page = await elb.describeRules({ ListenerArn, ...(Marker ? { Marker } : {}) });
    found.push(...(page.Rules ?? []));
    Marker = page.NextMarker;
  } while (Marker);
  return found;
}

/** Polls until the condition holds; the deadline only ends a test that has failed anyway. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited too long until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function productionRuleArn(stack: StackConsole): Promise<string> {
  const { ListenerRule = '', MyListenerRule = ListenerRule } = await stack.resources();
  return MyListenerRule;
}

async function lastEvents(cloudFormation: CloudFormation): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.describeStackEvents({
      StackName: 'canary',
      ...(NextToken ? { NextToken } : {}),
    });
    events.push(...(page.StackEvents ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  const token = events[0]?.ClientRequestToken;
  const end = events.findIndex((event) => event.ClientRequestToken !== token);
  return events.slice(0, end < 0 ? undefined : end).reverse();
}

/** One request on its own connection. */
export function askOnce(url: URL, headers: Readonly<Record<string, string>>): Promise<UserAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, headers }, (response) => {
      response.resume();
      const version = response.headers['x-app-version'];
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, version: typeof version === 'string' ? version : undefined }),
      );
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
