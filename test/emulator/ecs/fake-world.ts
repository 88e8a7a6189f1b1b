import { createClock, type EmulatedClock } from '../../../src/emulator/contract/clock.ts';
import { createNetwork, type Network } from '../../../src/emulator/contract/network.ts';
import type { TargetHealth, TargetRegistry } from '../../../src/emulator/contract/targets.ts';
import { createEcsService } from '../../../src/emulator/ecs/service.ts';
import { defaultOptions, type EmulatorOptions } from '../../../src/emulator/options.ts';

/** The emulated ECS with a load balancer whose answers the test decides. */
export interface FakeWorld {
  readonly network: Network;
  readonly balancer: FakeBalancer;
  readonly operations: ReadonlySet<string>;
  call<Output>(operation: string, input: object): Promise<Output>;
  close(): Promise<void>;
}

export interface FakeBalancer {
  /** State of a target that registers; `ip:port` → state afterwards. */
  initialState: TargetHealth['state'];
  readonly targets: Map<string, TargetHealth>;
  readonly detached: Set<string>;
  /** Whether a deregistered target drains until `targets` loses it. */
  drains: boolean;
}

export const blueGroup = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/1111111111111111';
export const greenGroup = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/green/2222222222222222';

export function createFakeWorld(
  options: Partial<EmulatorOptions> = {},
  clock: EmulatedClock = createClock(options.timeScale ?? 100),
): FakeWorld {
  const balancer: FakeBalancer = { initialState: 'healthy', targets: new Map(), detached: new Set(), drains: false };
  const network = createNetwork();
  let ids = 0;
  const ecs = createEcsService({
    options: { ...defaultOptions, timeScale: 100, ...options },
    clock,
    network,
    elb: fakeElb(balancer),
    note: () => {},
    id: (length: number) => {
      ids += 1;
      return ids.toString(16).padStart(length, '0');
    },
  });
  return {
    network,
    balancer,
    operations: new Set(Object.keys(ecs.operations)),
    call: async (operation, input) => (await ecs.operations[operation]?.(input as never)) as never,
    close: async () => {
      await ecs.close();
      clock.close();
    },
  };
}

function fakeElb(balancer: FakeBalancer): TargetRegistry {
  return {
    registerTarget: (_group, ip, port) => void balancer.targets.set(`${ip}:${port}`, { state: balancer.initialState }),
    deregisterTarget: (_group, ip, port) => {
      if (balancer.drains) balancer.targets.set(`${ip}:${port}`, { state: 'draining' });
      else balancer.targets.delete(`${ip}:${port}`);
    },
    targetHealth: (_group, ip, port) => balancer.targets.get(`${ip}:${port}`),
    targetGroupExists: (group) => group === blueGroup || group === greenGroup,
    isAttached: (group) => !balancer.detached.has(group),
  };
}

/** Polls until the condition returns something truthy; fails after forty real seconds. */
export async function until<T>(what: string, condition: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
