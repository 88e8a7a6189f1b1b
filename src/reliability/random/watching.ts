import type { ActualCanary } from '../actual-state/actual-state.ts';
import { greenShare } from '../actual-state/entry-points.ts';
import { watchAlarms } from '../cases/watch-alarms.ts';
import { findWriteCalls, judgeWatchOutcome, readServed, type WatchExpectation } from '../judging/watch-promises.ts';
import { deploymentOwner, runbookOwner } from '../step-runs/lock-owners.ts';
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

/** Runs Guard alone, as a runbook does every few minutes, and judges that it took traffic from green or did nothing. */
export async function guard(
  run: SequenceRun,
  { minutes, injectedFault }: Extract<Action, { kind: 'guard' }>,
): Promise<StepOutcome> {
  const { world, violations } = run;
  const before = world.actualState().canary;
  const watched = { 'EcsCanary.WatchMinutes': String(minutes), 'EcsCanary.WhenWorse': 'Retreat' };
  const order = world.order('watch', { lockOwner: runbookOwner, parameters: { ...patience, ...watched } });
  const outcome = await runWithFault(world, order, injectedFault, run.mutation);
  note(
    run,
    outcome,
    outcome.kind === 'done' && outcome.outputs['Retreated'] === 'True' ? 'guard that retreated' : 'guard',
  );
  const after = world.actualState().canary;
  if (!before || !after) return outcome;
  for (const { ruleArn, name, weights } of after.entryPoints) {
    const was = before.entryPoints.find((entryPoint) => entryPoint.ruleArn === ruleArn);
    const [old = 0, now = 0] = [was && greenShare(was.weights), greenShare(weights)];
    if (now > old) violations.push(`I1: Guard raised green from ${old} % to ${now} % at ${name}`);
    if (outcome.kind === 'done' && outcome.outputs['Retreated'] === 'True' && now > 0)
      violations.push(`I6: Guard said that it retreated, but green has ${now} % at ${name}`);
    if (before.tag !== 'Blue' && now < old)
      violations.push(`I5: Guard took traffic from green, but the tag says ${before.tag}`);
  }
  const kept = ({ tag, lock, blue, green, testRules }: ActualCanary) =>
    JSON.stringify([tag, lock, blue.scale, green.scale, blue.taskSet, green.taskSet, testRules]);
  if (kept(before) !== kept(after))
    violations.push(`I5: Guard changed more than weights: ${kept(before)} to ${kept(after)}`);
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

function note({ outcomes, violations }: SequenceRun, outcome: StepOutcome, what = 'watch'): void {
  outcomes.push(`${what}: ${describeOutcome(outcome)}`);
  if (outcome.kind === 'defect') violations.push(`I6: Watch ended with a defect: ${outcome.message}`);
  if (outcome.kind === 'refused' && outcome.code === 'timed-out')
    violations.push(`I6: Watch did not end within its time limit: ${outcome.message}`);
}

function faultOf(injectedFault: SequenceFault): WatchExpectation['fault'] {
  if (injectedFault.kind !== 'fault') return injectedFault.kind === 'kill' ? injectedFault : undefined;
  const { fault: kind, operation } = injectedFault;
  return { kind, ...(operation !== undefined && { operation }) };
}
