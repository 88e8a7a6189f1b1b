import { watchAlarms } from '../cases/watch-alarms.ts';
import { findWriteCalls, judgeWatchOutcome, readServed, type WatchExpectation } from '../judging/watch-promises.ts';
import { deploymentOwner } from '../step-runs/lock-owners.ts';
import { describeOutcome, type StepOutcome } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';
import { patience } from './deployment.ts';
import type { Action, SequenceFault } from './sequence.ts';
import { runWithFault } from './sequence-fault.ts';
import type { SequenceRun } from './sequence-run.ts';

type Watching = Extract<Action, { kind: 'watch' }>;

/** Runs Watch Canary alone, as anybody may at any time, and judges what it did and said. */
export async function watchAlone(run: SequenceRun, { minutes, injectedFault }: Watching): Promise<StepOutcome> {
  const { world, violations } = run;
  const before = world.actualState();
  const calls = world.emulator.calls().length;
  const outcome = await runWithFault(world, orderOf(world, minutes), injectedFault, run.mutation);
  note(run, outcome);
  violations.push(...findWriteCalls(world.emulator, calls));
  const after = world.actualState();
  const sides = [before, after].map(({ canary }) => canary?.green);
  const expected: WatchExpectation = {
    hasCanary: before.canary !== undefined,
    // A version with an emulated behaviour is bad.
    isHarmed: sides.some((green) => green?.healthy === 0 || green?.version.includes('--')),
    ...{ fails: false, fault: faultOf(injectedFault) },
  };
  violations.push(...judgeWatchOutcome(outcome, expected, readServed(world.emulator, after)));
  return outcome;
}

/** Runs Watch Canary while something else runs, so that nobody can say what it must have seen. */
export async function watchBeside(run: SequenceRun, { minutes }: Watching): Promise<StepOutcome> {
  const outcome = await run.world.run(orderOf(run.world, minutes), run.mutation);
  note(run, outcome);
  return outcome;
}

function orderOf(world: FaultWorld, minutes: number) {
  const watched = { 'EcsCanary.WatchMinutes': String(minutes), 'EcsCanary.Alarms': watchAlarms.quiet };
  return world.order('watch', { lockOwner: deploymentOwner(77), parameters: { ...patience, ...watched } });
}

function note({ outcomes, violations }: SequenceRun, outcome: StepOutcome): void {
  outcomes.push(`watch: ${describeOutcome(outcome)}`);
  if (outcome.kind === 'defect') violations.push(`I6: Watch ended with a defect: ${outcome.message}`);
  if (outcome.kind === 'refused' && outcome.code === 'timed-out')
    violations.push(`I6: Watch did not end within its time limit: ${outcome.message}`);
}

function faultOf(injectedFault: SequenceFault): WatchExpectation['fault'] {
  if (injectedFault.kind !== 'fault') return injectedFault.kind === 'kill' ? injectedFault : undefined;
  const { fault: kind, operation } = injectedFault;
  return { kind, ...(operation !== undefined && { operation }) };
}
