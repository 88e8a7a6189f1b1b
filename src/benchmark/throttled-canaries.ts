import { connectToAws } from '../aws/clients.ts';
import type { CallRecord } from '../emulator/calls.ts';
import type { ServiceName } from '../emulator/contract/service.ts';
import { createEmulator, type Emulator } from '../emulator/emulator.ts';
import { type BucketName, bucketsOf, publishedBuckets } from '../emulator/throttle.ts';
import { asOwnTemplate, sampleDeployment } from '../rehearsal/sample-deployment.ts';
import { rehearsalCredentials, type Scene, setScene } from '../rehearsal/scene.ts';
import { describeService, physicalIds } from '../reliability/actual-state/actual-state.ts';
import { createAcceleratedRetries } from '../reliability/step-runs/accelerated-retries.ts';
import { forEveryStep } from '../reliability/step-runs/connection.ts';
import { deploymentOwner } from '../reliability/step-runs/lock-owners.ts';
import { executeOrder } from '../reliability/step-runs/step-order.ts';

/** How long canaries that shift at once on one throttled account took, in emulated seconds. */
export interface ThrottledShift {
  readonly seconds: number;
  readonly calls: readonly CallRecord[];
}

/** Emulated seconds in one real second; slow enough that this process can serve all calls in time. */
const timeScale = 5;

/** Shifts the traffic of that many canaries at once. @throws Error if a step fails */
export async function shiftAtOnce(canaries: number): Promise<ThrottledShift> {
  const published = { throttle: 'published', pageSize: 100, taskStartSeconds: 1 } as const;
  const emulator = await createEmulator({ timeScale, ...published });
  const scene = await setScene(emulator.url, emulator.options.region, []);
  try {
    const names = Array.from({ length: canaries }, (_, at) => `canary-${at + 1}`);
    await Promise.all(names.map((name, at) => deploy(emulator, scene, name, 8001 + at)));
    const before = emulator.calls().length;
    const startedAt = emulator.world.clock.now().getTime();
    await Promise.all(names.map((name) => shift(emulator, name)));
    const seconds = (emulator.world.clock.now().getTime() - startedAt) / 1000;
    return { seconds, calls: emulator.calls().slice(before) };
  } finally {
    scene.close();
    await emulator.close();
  }
}

/**
 * How long the account's rates alone make the calls of so many canaries take, if every bucket starts full.
 * @param calls those of one canary that is alone
 */
export function bucketSeconds(calls: readonly Pick<CallRecord, 'service' | 'operation'>[], canaries: number): number {
  const taken = new Map<BucketName, number>();
  for (const { service, operation } of calls)
    for (const bucket of bucketsOf(service as ServiceName, operation)) taken.set(bucket, (taken.get(bucket) ?? 0) + 1);
  const times = [...taken].map(([bucket, count]) => {
    const { burst, perSecond } = publishedBuckets[bucket];
    return (count * canaries - burst) / perSecond;
  });
  return Math.max(0, ...times);
}

/** Deploys two versions as CloudFormation does, which takes no tokens: blue keeps the first, green gets the second. */
async function deploy({ world }: Emulator, scene: Scene, name: string, port: number): Promise<void> {
  const own = asOwnTemplate({
    ...sampleDeployment(scene, '1'),
    'EcsCanary.LoadBalancerArn': scene.loadBalancerArn,
    'EcsCanary.ListenerPort': String(port),
    'EcsCanary.ServiceName': name,
    'EcsCanary.DesiredCount': '1',
    'EcsCanary.HealthCheckIntervalSeconds': '30',
  });
  const { Image: _, ...others }: Record<string, string> = JSON.parse(own['EcsCanary.TemplateParameters'] ?? '');
  const submit = async (operation: string, body: string, version: string): Promise<void> => {
    const values = { ...others, Image: `octopussamples/helloworldwithversion:${version}` };
    const Parameters = Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    await world.invoke('cloudformation', operation, { StackName: name, TemplateBody: body, Parameters });
    while (!/(CREATE|UPDATE)_COMPLETE$/.test(await statusOf(world, name))) await world.clock.sleep(1);
  };
  const body = own['EcsCanary.Template'] ?? '';
  await submit('CreateStack', body, '1');
  await submit('UpdateStack', pinBlue(body, stableVersion(world, name)), '2');
}

async function statusOf({ invoke }: Emulator['world'], StackName: string): Promise<string> {
  type Described = { readonly Stacks: readonly { readonly StackStatus: string }[] };
  const { Stacks } = await invoke<Described>('cloudformation', 'DescribeStacks', { StackName });
  return Stacks[0]?.StackStatus ?? '';
}

function stableVersion(world: Emulator['world'], stackName: string): string {
  const { Service: arn = '', BlueTaskSet = '' } = physicalIds(world, stackName);
  const { taskSets = [] } = describeService(world, arn.split('/').at(-2) ?? '', arn) ?? {};
  return taskSets.find(({ id }) => id === BlueTaskSet.split('|').at(-1))?.taskDefinition ?? '';
}

function pinBlue(body: string, taskDefinition: string): string {
  const template = JSON.parse(body);
  template.Resources.BlueTaskSet.Properties.TaskDefinition = taskDefinition;
  return JSON.stringify(template);
}

async function shift({ url: endpoint, options, world: { clock } }: Emulator, name: string): Promise<void> {
  const retryStrategy = createAcceleratedRetries(timeScale, 5);
  const connection = { endpoint, credentials: rehearsalCredentials, retryStrategy };
  const aws = connectToAws(options.region, [['octopus-ecs-canary', 'bench']], connection, forEveryStep);
  const parameters = { 'EcsCanary.StackName': name, 'EcsCanary.GreenPercent': '10' };
  const order = { step: 'shift-traffic', parameters, lockOwner: deploymentOwner(1), deploymentFailed: false } as const;
  const emulated = {
    now: () => clock.now().getTime(),
    sleep: (milliseconds: number) => clock.sleep(milliseconds / 1000),
  };
  const outcome = await executeOrder({ ...order, token: `ecs-canary-${name}` }, aws, emulated);
  if (outcome.kind !== 'done') throw new Error(`Shift Traffic of ${name} failed: ${JSON.stringify(outcome)}`);
}
