import type { Stack } from '../../src/aws/aws.ts';
import { lockTagKey } from '../../src/canary/lock.ts';
import type { Run, StackOperation } from '../../src/canary/run.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { type Sample, sampleTraffic } from '../canary/sample-traffic.ts';

/** A run of `Deployments-1` that started at the epoch. */
export function sampleRun(more: Partial<Run> = {}): Run {
  return {
    region: 'us-east-1',
    token: 'ecs-canary-1',
    deploymentFailed: false,
    lockOwner: { id: 'Deployments-1', isDeployment: true, release: '1', environment: 'Test', project: 'Shop' },
    startedAt: new Date(0),
    now: 0,
    // Later than anything that a sample's tags record.
    awsNow: 2_000_000_000_000,
    approval: undefined,
    ...more,
  };
}

/** A stack operation of that run. */
export function sampleOperation(more: Partial<StackOperation> = {}): StackOperation {
  return { token: 'ecs-canary-1', begun: new Set(), finished: new Set(), ended: false, ...more };
}

export function sampleStack(status = 'UPDATE_COMPLETE'): Stack {
  return {
    id: 'arn:stack/canary/1',
    name: 'canary',
    status,
    statusReason: '',
    outputs: {},
    parameters: {},
    capabilities: [],
  };
}

/** Id of green where a test checks its record. */
export const greenId = 'ecs-svc/2';

/** Traffic whose service has that lock, and whose green has the id `ecs-svc/2`. */
export function lockedTraffic(lock: string | undefined, sample: Sample = {}): Traffic {
  const traffic = sampleTraffic(sample);
  const taskSet = { ...traffic.green.taskSet, id: greenId };
  const tags = { ...traffic.service.tags, ...(lock !== undefined && { [lockTagKey]: lock }) };
  const taskSets = traffic.service.taskSets.map((each) => (each.id === 'green' ? taskSet : each));
  return { ...traffic, service: { ...traffic.service, tags, taskSets }, green: { ...traffic.green, taskSet } };
}
