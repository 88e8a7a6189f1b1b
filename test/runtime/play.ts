import type { Change } from '../../src/canary/change.ts';
import type { Decision } from '../../src/canary/decision.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { createTaskLog } from '../../src/octopus/log/task-log.ts';
import { type Goal, reconcile } from '../../src/runtime/reconcile.ts';

export const done: Decision = { kind: 'done', reason: 'There.', outputs: {} };
export const wait = (reason = 'Not yet.'): Decision => ({ kind: 'wait', reason });
const rule = { arn: 'arn:rule', priority: '10', conditions: [], actions: [] };
const groups = { blue: 'arn:blue', green: 'arn:green' };

/** A write whose reading back shows that the rest is seen as it is now, too. */
export const move = (colour: 'Blue' | 'Green' = 'Blue'): Decision & { change: Change } => ({
  kind: 'change',
  reason: `Moving to ${colour}.`,
  change: {
    kind: 'set-weights',
    rule,
    groups,
    among: [],
    weights: colour === 'Blue' ? { blue: 1, green: 0 } : { blue: 0, green: 1 },
  },
});
export const tag: Decision = {
  kind: 'change',
  reason: 'Tagging.',
  change: { kind: 'tag-stable', serviceArn: 'arn:service', colour: 'Blue' },
};
export const throttled = () =>
  new OperatorError('aws-throttled', 'ecs:DescribeServices failed: Throttling: slow down', 'Wait.');
export const denied = () =>
  new OperatorError('aws-access-denied', 'ecs:TagResource failed: AccessDenied: no', 'Allow it.');

export const unreachable = () =>
  new OperatorError('aws-unreachable', 'elasticloadbalancing:ModifyRule failed: socket hang up', 'Wait.');

/** A goal with a clock of its own that jumps; looks and writes are played from lists, of which the last goes on for ever. */
export function play(
  looks: readonly (Decision | Error)[],
  writes: readonly (Error | undefined)[] = [],
  more: Partial<Goal> = {},
) {
  const state = { now: 0, looks: 0, writes: 0 };
  const sleeps: number[] = [];
  const scopes: (string | undefined)[] = [];
  const lines: string[] = [];
  const outcome = reconcile({
    look: async (after) => {
      scopes.push(after?.kind);
      const seen = looks[Math.min(state.looks++, looks.length - 1)];
      if (seen instanceof Error) throw seen;
      return seen as Decision;
    },
    apply: async () => {
      const error = writes[Math.min(state.writes++, writes.length - 1)];
      if (error) throw error;
    },
    clock: {
      now: () => state.now,
      sleep: async (milliseconds) => {
        sleeps.push(milliseconds);
        state.now += milliseconds;
      },
    },
    log: createTaskLog((line) => lines.push(line)),
    dryRun: false,
    timeoutMinutes: 10,
    random: () => 0.5,
    ...more,
  });
  return { outcome, sleeps, scopes, state, said: () => lines.filter((line) => !line.startsWith('##octopus')) };
}
