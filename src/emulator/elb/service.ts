import type { MetricSource } from '../contract/metrics.ts';
import { bindOperations } from '../contract/operations.ts';
import type { Service } from '../contract/service.ts';
import type { SharedWorld } from '../contract/shared-world.ts';
import type { TargetRegistry } from '../contract/targets.ts';
import { findTargetGroup } from './find.ts';
import { findMetric } from './metrics.ts';
import { operations } from './operations.ts';
import { setRuleLag } from './rule-history.ts';
import { standIn } from './stand-ins.ts';
import { createElbState, loadBalancersOf, type TrafficRecord } from './state.ts';
import { addTarget, drainTarget } from './targets.ts';

/** The emulated load balancing as the rest of the emulator sees it. */
export interface ElbService extends Service, TargetRegistry, MetricSource {
  /** Each listener's ARN → its real local URL, for /_emulator/listeners. */
  listenerUrls(): Readonly<Record<string, string>>;
  traffic(): readonly TrafficRecord[];
  /** Sets the emulated seconds until each listener's second node follows changed rules; 0 makes both nodes agree at once. */
  setRuleLag(seconds: number): void;
}

/** An emulated load balancing service without load balancers. */
export function createElbService(world: SharedWorld): ElbService {
  const state = createElbState(world);
  const target = (targetGroupArn: string, ip: string, port: number) =>
    state.targetGroups.get(targetGroupArn)?.targets.get(`${ip}:${port}`);
  return {
    operations: bindOperations(state, operations),
    registerTarget: (targetGroupArn, ip, port) => addTarget(state, findTargetGroup(state, targetGroupArn), ip, port),
    deregisterTarget: (targetGroupArn, ip, port) => {
      const group = state.targetGroups.get(targetGroupArn);
      const leaving = target(targetGroupArn, ip, port);
      if (group && leaving) drainTarget(state, group, leaving);
    },
    targetHealth: (targetGroupArn, ip, port) => target(targetGroupArn, ip, port)?.health,
    targetGroupExists: (targetGroupArn) => state.targetGroups.has(targetGroupArn),
    isAttached: (targetGroupArn) => loadBalancersOf(state, targetGroupArn).length > 0,
    listenerUrls: () =>
      Object.fromEntries(
        [...state.listeners.values()].flatMap(({ arn, server }) => (server ? [[arn, server.url]] : [])),
      ),
    traffic: () => state.traffic,
    findMetric: (metric) => findMetric(state, metric),
    setRuleLag: (seconds) => setRuleLag(state, seconds),
    standIn: (kind, name, given) => standIn(state, kind, name, given),
    close: async () => {
      for (const group of state.targetGroups.values()) for (const each of group.targets.values()) each.stop();
      await Promise.all([...state.listeners.values()].map(({ server }) => server?.close()));
    },
  };
}
