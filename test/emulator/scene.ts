import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CreateRuleCommandInput,
  ElasticLoadBalancingV2,
  type TargetGroupTuple,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createCloudWatchService } from '../../src/emulator/cloudwatch/service.ts';
import type { BoundOperations } from '../../src/emulator/contract/operations.ts';
import { createWorld, type ServiceFactories } from '../../src/emulator/create-world.ts';
import { createElbService } from '../../src/emulator/elb/service.ts';
import { defaultOptions, type EmulatorOptions } from '../../src/emulator/options.ts';
import { createS3Service } from '../../src/emulator/s3/service.ts';
import { type Emulator, serveWorld } from '../../src/emulator/serve.ts';

/** An emulator with only load balancing, a client for it, and tasks that the test itself provides. */
export interface Scene {
  readonly emulator: Emulator;
  readonly elb: ElasticLoadBalancingV2;
  /** Starts a real server behind a private address; returns that address. */
  startTask(taskDefinitionArn: string, handle: RequestListener, port?: number): Promise<string>;
  close(): Promise<void>;
}

export const clientSettings = (url: string) => ({
  endpoint: url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});

export async function openScene(
  options: Partial<EmulatorOptions> = {},
  operations: { readonly ecs?: BoundOperations; readonly cloudFormation?: BoundOperations } = {},
): Promise<Scene> {
  const close = async (): Promise<void> => {};
  const factories: ServiceFactories = {
    ecs: () => ({ operations: operations.ecs ?? {}, close }),
    elb: createElbService,
    s3: createS3Service,
    cloudWatch: createCloudWatchService,
    cloudFormation: () => ({ operations: operations.cloudFormation ?? {}, close }),
  };
  const emulator = await serveWorld(createWorld({ ...defaultOptions, timeScale: 50, ...options }, factories));
  const elb = new ElasticLoadBalancingV2(clientSettings(emulator.url));
  const closing: (() => void)[] = [];
  return {
    emulator,
    elb,
    startTask: async (taskDefinitionArn, handle, port = 80) => {
      const server = createServer(handle);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closing.push(() => {
        server.close();
        server.closeAllConnections();
      });
      const ip = emulator.world.network.allocateIp();
      const { port: localPort } = server.address() as AddressInfo;
      emulator.world.network.bind(ip, port, { localPort, taskArn: `${ip}-task`, taskDefinitionArn, taskSetId: '' });
      return ip;
    },
    close: async () => {
      elb.destroy();
      for (const end of closing) end();
      await emulator.close();
    },
  };
}

export async function createLoadBalancer(
  { elb }: Scene,
  name = 'shop',
  type: 'application' | 'network' = 'application',
) {
  const { LoadBalancers } = await elb.createLoadBalancer({ Name: name, Type: type, Subnets: ['subnet-1', 'subnet-2'] });
  return LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}

export async function createGroup({ elb }: Scene, name: string): Promise<string> {
  const { TargetGroups } = await elb.createTargetGroup({
    Name: name,
    Protocol: 'HTTP',
    Port: 80,
    VpcId: 'vpc-1',
    TargetType: 'ip',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
  });
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

/** A listener whose default action answers 404. */
export async function createListener({ elb }: Scene, loadBalancerArn: string, port = 80): Promise<string> {
  const { Listeners } = await elb.createListener({
    LoadBalancerArn: loadBalancerArn,
    Protocol: 'HTTP',
    Port: port,
    DefaultActions: [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', MessageBody: 'nobody here' } },
    ],
  });
  return Listeners?.[0]?.ListenerArn ?? '';
}

/** A rule for every path unless told otherwise. */
export async function createRule(
  { elb }: Scene,
  listenerArn: string,
  groups: readonly TargetGroupTuple[],
  part: Partial<CreateRuleCommandInput> = {},
): Promise<string> {
  const { Rules } = await elb.createRule({
    ListenerArn: listenerArn,
    Priority: 10,
    Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [...groups] } }],
    ...part,
  });
  return Rules?.[0]?.RuleArn ?? '';
}

/** Waits until a condition holds; after forty real seconds, fails with the last value seen. */
export async function until<Seen>(look: () => Promise<Seen> | Seen, holds: (seen: Seen) => boolean): Promise<Seen> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`it did not come to hold; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function healthOf({ elb }: Scene, targetGroupArn: string): Promise<string[]> {
  const { TargetHealthDescriptions } = await elb.describeTargetHealth({ TargetGroupArn: targetGroupArn });
  return (TargetHealthDescriptions ?? []).map(({ TargetHealth }) =>
    [TargetHealth?.State, TargetHealth?.Reason].filter(Boolean).join(' '),
  );
}

export function urlOf({ emulator }: Scene, listenerArn: string): string {
  return emulator.listeners()[listenerArn] ?? '';
}

/** Requests a path of a listener that many times, and counts the bodies of the answers. */
export async function countAnswers(
  url: string,
  times: number,
  init: RequestInit = {},
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let asked = 0; asked < times; asked += 1) {
    const body = await (await fetch(url, init)).text();
    counts[body] = (counts[body] ?? 0) + 1;
  }
  return counts;
}

/** A group with one healthy task that answers with its own name; attached once a rule or listener forwards to it. */
export async function createServedGroup(scene: Scene, name: string): Promise<string> {
  const group = await createGroup(scene, name);
  const ip = await scene.startTask(`${name}-version`, (_request, response) => response.end(name));
  await scene.elb.registerTargets({ TargetGroupArn: group, Targets: [{ Id: ip, Port: 80 }] });
  return group;
}

export async function untilHealthy(scene: Scene, ...groups: readonly string[]): Promise<void> {
  for (const group of groups) {
    await until(
      () => healthOf(scene, group),
      (states) => states.length > 0 && states.every((state) => state === 'healthy'),
    );
  }
}
