import { NotSeen } from '../check.ts';
import { buildCanaryTemplate, type Network, type TemplateChanges } from './canary-template.ts';
import { buildNetworkTemplate, type NetworkChoice } from './network-template.ts';
import { runTag, stackName } from './run-names.ts';
import { describeFailure, readOutputs, type StackOrder, startCreate, waitForStack } from './stacks.ts';
import type { Target } from './target.ts';

/** Two stacks in AWS: a network with a load balancer, and a canary of which blue serves. */
export interface Scene {
  readonly run: string;
  readonly target: Target;
  /** An image with a shell and BusyBox's httpd. */
  readonly image: string;
  readonly network: Network;
  /** Name of the canary's stack. */
  readonly stack: string;
  /** Client request token of the stack's creation. */
  readonly createToken: string;
  /** ARN. */
  readonly service: string;
  readonly serviceName: string;
  readonly listener: string;
  readonly rule: string;
  readonly blueGroup: string;
  readonly greenGroup: string;
  /** ARN of the first version's task definition. */
  readonly firstTaskDefinition: string;
  /** An update of the canary's stack. */
  readonly order: (changes: TemplateChanges) => StackOrder;
}

export interface SceneRequest extends NetworkChoice {
  readonly run: string;
  /** An image with a shell and BusyBox's httpd. */
  readonly image: string;
  readonly tell: (line: string) => void;
}

/** Creates the scene. @throws NotSeen if a stack cannot be created, with CloudFormation's reasons */
export async function openScene(target: Target, request: SceneRequest): Promise<Scene> {
  const { run, image, tell } = request;
  const tags = { [runTag]: run };
  const networkStack = stackName(run, 'network');
  tell('Creating the network, the load balancer and the cluster …');
  await create(target, { name: networkStack, ...buildNetworkTemplate(request), tags });
  const network = networkOf(await readOutputs(target, networkStack));
  const stack = stackName(run, 'canary');
  const createToken = `check-${run}-create`;
  const order = (changes: TemplateChanges): StackOrder => ({
    name: stack,
    ...buildCanaryTemplate(network, image, changes),
  });
  tell('Creating the canary with the template of Deploy Stack …');
  await create(target, { ...order({ version: '1' }), tags, token: createToken });
  const outputs = await readOutputs(target, stack);
  const service = outputs['Service'] ?? '';
  return {
    ...{ run, target, image, network, stack, createToken, service, order },
    serviceName: service.split('/').at(-1) ?? '',
    listener: outputs['Listener'] ?? '',
    rule: outputs['ListenerRule'] ?? '',
    blueGroup: outputs['BlueTargetGroup'] ?? '',
    greenGroup: outputs['GreenTargetGroup'] ?? '',
    firstTaskDefinition: outputs['TaskDefinition'] ?? '',
  };
}

async function create(target: Target, order: StackOrder): Promise<void> {
  await startCreate(target, order);
  const status = await waitForStack(target, order.name);
  if (status === 'CREATE_COMPLETE') return;
  throw new NotSeen(`the stack ${order.name} is ${status}: ${await describeFailure(target, order.name)}`);
}

function networkOf(outputs: Readonly<Record<string, string>>): Network {
  return {
    vpcId: outputs['Vpc'] ?? '',
    subnets: (outputs['Subnets'] ?? '').split(','),
    taskGroup: outputs['TaskGroup'] ?? '',
    loadBalancerArn: outputs['Balancer'] ?? '',
    dnsName: outputs['DnsName'] ?? '',
    cluster: outputs['Cluster'] ?? '',
    spareGroup: outputs['SpareTargetGroup'] ?? '',
  };
}
