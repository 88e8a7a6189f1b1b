import type { Stack } from '../../aws/aws.ts';
import { adviseClosing, describeRules } from '../../canary/bypass-rules.ts';
import type { Decision } from '../../canary/decision.ts';
import { isChapterOpen } from '../../canary/ledger.ts';
import { type ColourGroups, foreignGroups, type ListenerRule } from '../../canary/listener-rule.ts';
import { lockOf } from '../../canary/lock.ts';
import type { OperatorError } from '../../canary/operator-error.ts';
import { atAll, type ProductionRule } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import { type Settling, shrink, whyKept } from '../../canary/settling.ts';
import { stackCondition } from '../../canary/stack-status.ts';
import { plainMarkdown, summarise, trafficOutputs } from '../../canary/summary.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { allGreen } from '../../canary/weights.ts';
import { notFound } from '../../observation/canary-address.ts';
import { type Bookkeeping, recordEntry } from '../shared/ledger-record.ts';
import { recordBlue } from '../shared/record-blue.ts';
import { releaseLock } from '../shared/release-lock.ts';
import { removeTestRules } from '../shared/remove-test-rules.ts';
import { restoreBlue } from '../shared/restore-blue.ts';
import { type Exposed, lostBlue, shiftBack } from './shift-back.ts';

export type RollbackState =
  /** Nothing was ever deployed completely. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** Another deployment holds the lock. */
  | { readonly kind: 'foreign'; readonly lock: string }
  /** The lock cannot be read at the moment. */
  | { readonly kind: 'blind'; readonly error: OperatorError }
  /** Parts are missing, without which the stable version is unknown. */
  | { readonly kind: 'incomplete'; readonly missing: readonly string[] }
  /** Green has traffic: everything except the weights can wait. */
  | ({ readonly kind: 'exposed' } & Exposed)
  | {
      readonly kind: 'safe';
      readonly stack: Stack;
      readonly service: Service;
      readonly productionRules: readonly ProductionRule[];
      readonly groups: ColourGroups;
      readonly testRules: readonly ListenerRule[];
      readonly bypassRules: readonly ListenerRule[];
      /** Logical ids of the stack's rules and listeners, by ARN. */
      readonly names: Readonly<Record<string, string>>;
      readonly blueHealthy: number;
      /** What happened to blue's task set, if it is gone. */
      readonly lostBlue?: string;
      /** Why some production rules, or other rules to green, may not have been found. */
      readonly ambiguity?: OperatorError;
      /** Which task set the stack lacks, and how to recreate it. */
      readonly lack?: OperatorError;
      /** Undefined when a task set of the stack is gone, which must not stop a rollback. */
      readonly traffic?: Traffic;
    };

/** How far an idle green is scaled down, and when, and what is recorded. */
interface Cleanup {
  readonly idleScalePercent: number;
  readonly settling: Settling;
  /** Why the deployment failed, if one did. */
  readonly why?: readonly string[];
  readonly ledger?: Bookkeeping;
}

/** Weights first, then the tag, then the clean-up. */
export function decideRollback(
  state: RollbackState,
  cleanup: Cleanup,
  run: Pick<Run, 'deploymentFailed' | 'wrote' | 'leftGreenAt' | 'startedAt' | 'unwritable'>,
): Decision {
  switch (state.kind) {
    case 'nothing':
      return {
        kind: 'done',
        reason: `There is nothing to roll back to: ${state.why}.`,
        outputs: { FirstDeployment: 'True', Summary: `There was nothing to roll back to: ${state.why}.` },
      };
    case 'foreign':
      return leaveAlone(state.lock, run.wrote);
    case 'blind':
      throw state.error;
    case 'incomplete':
      throw notFound(state.missing);
    case 'exposed':
      return shiftBack(state, run);
    case 'safe':
      return settle(state, cleanup, run);
  }
}

function leaveAlone(lock: string, wrote = false): Decision {
  if (wrote) {
    const text = `Another deployment (${lock}) holds the lock on this canary, which could not be read at first: the traffic was moved to blue.`;
    return {
      kind: 'done',
      reason: `${text} Nothing more will be changed.`,
      warnings: ['That deployment can continue: run its step again to give green its share back, or let it roll back.'],
      outputs: { Summary: text },
    };
  }
  return {
    kind: 'done',
    reason: `Nothing to roll back: another deployment (${lock}) holds the lock on this canary, so nothing was changed.`,
    warnings: ['To roll that canary back anyway, abort its deployment or run the Rollback step in a runbook.'],
    outputs: { Summary: `Another deployment holds the lock on this canary: ${lock}. Nothing was changed.` },
  };
}

function settle(
  state: Extract<RollbackState, { kind: 'safe' }>,
  cleanup: Cleanup,
  run: Pick<Run, 'leftGreenAt' | 'startedAt'>,
): Decision {
  const { service, traffic } = state;
  const { idleScalePercent, settling, ledger } = cleanup;
  const entry = ledger?.entry;
  return (
    recordBlue(service, run, lockOf(service)?.green === undefined ? undefined : run.startedAt.getTime(), entry) ??
    // Where green was never checked, nothing else was to be recorded.
    (isChapterOpen(service) ? recordEntry(service, entry, 'Recording the rollback in the ledger.') : undefined) ??
    (traffic && restoreBlue(traffic)) ??
    removeTestRules(state.testRules) ??
    // A rule that was not found may still send users to green.
    (traffic && !state.ambiguity
      ? shrink(traffic, traffic.green, idleScalePercent, settling, ', which no longer serves traffic')
      : undefined) ??
    releaseLock(service) ??
    done(state, cleanup)
  );
}

function done(
  state: Extract<RollbackState, { kind: 'safe' }>,
  { idleScalePercent, settling, ledger, why = [] }: Cleanup,
): Decision {
  const { stack, traffic, productionRules, groups, lack, names } = state;
  if (state.lostBlue && state.blueHealthy === 0) throw lostBlue(state.lostBlue, state, allGreen);
  // The rules that are certain were moved; a person must check the rest.
  if (state.ambiguity) throw state.ambiguity;
  const foreign = [...new Set(productionRules.flatMap(({ rule }) => foreignGroups(rule, groups)))];
  const warnings = [
    ...(state.blueHealthy > 0 || state.service.desiredCount === 0
      ? []
      : ['Blue has all of the traffic but no healthy target: users get errors until its tasks are healthy.']),
    ...(state.bypassRules.length > 0
      ? [
          `Users still reach green through ${describeRules(state.bypassRules, names)}. ${adviseClosing(state.bypassRules, { groups, names })}`,
        ]
      : []),
    ...(traffic ? whyKept(traffic, traffic.green, idleScalePercent, settling) : []),
    ...(lack ? [`${lack.message} ${lack.hint}`] : []),
    ...describeStack(stack),
    ...foreign.map((arn) => `A production rule also sends traffic to ${arn}, which is neither blue nor green.`),
    ...(ledger?.warnings ?? []),
  ];
  return {
    kind: 'done',
    artifacts: ledger?.artifacts ?? [],
    ...(why.length > 0 && { report: why.join('\n') }),
    reason: `Rolled back: blue has all of the traffic${foreign.length > 0 ? ' that was split between blue and green' : ''}${state.bypassRules.length > 0 ? ' of the production rules' : atAll(productionRules)} and is recorded as stable; read back from AWS.`,
    warnings,
    outputs: {
      ...(traffic ? trafficOutputs(traffic) : { StableStack: 'Blue' }),
      FirstDeployment: 'False',
      Summary: traffic
        ? summarise('Rolled back to blue', traffic, why.map(plainMarkdown))
        : 'Blue has all of the traffic.',
    },
  };
}

function describeStack({ name, status }: Stack): readonly string[] {
  const condition = stackCondition(status);
  if (condition.kind === 'settled') return [];
  // Prepare Blue gives blue the promoted version, which may be the one that somebody rolls back.
  return condition.kind === 'busy' && !condition.cleanup
    ? [
        `The stack ${name} is in ${status}, and this operation may still change the version that blue runs. When it has ended, check that version.`,
      ]
    : [
        `The stack ${name} is in ${status}. Traffic is safe on blue; the next deployment will report what the stack needs.`,
      ];
}
