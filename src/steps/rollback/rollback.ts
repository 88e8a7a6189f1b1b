import { findBypassRules } from '../../canary/bypass-rules.ts';
import { parseColour, stableTagKey } from '../../canary/colour.ts';
import { coloursIn, type ListenerRule } from '../../canary/listener-rule.ts';
import { isLockedByOther, lockOf } from '../../canary/lock.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { productionRulesOf, serveOnly } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import { healthyTargets, type Service } from '../../canary/service.ts';
import { everCompleted } from '../../canary/stack-status.ts';
import { knownRules } from '../../canary/test-listener.ts';
import { assembleTraffic, type TrafficReadings } from '../../canary/traffic.ts';
import { lacksTaskSet, refuseMixedColours } from '../../observation/canary-address.ts';
import { type CanaryReader, stackMissing } from '../../observation/canary-reader.ts';
import { groupsByRule } from '../../observation/groups-by-rule.ts';
import { unlessIncomplete } from '../../observation/observe-green.ts';
import { evidence, idleScalePercent, settleSeconds } from '../../parameters/canary-parameters.ts';
import { firstParameters, lastParameters, middleParameters } from '../../parameters/shared-parameters.ts';
import { withEndOfShares } from '../shared/end-of-shares.ts';
import { readGateEvidence } from '../shared/gate-evidence.ts';
import { keepLedger } from '../shared/ledger-record.ts';
import { settlingOf } from '../shared/settle.ts';
import { testRuleActions, trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import { defineStep } from '../step.ts';
import { attachFinalReport } from '../watch/final-report.ts';
import { decideRollback, type RollbackState } from './decision.ts';
import { explainFailure } from './failure-reasons.ts';
import type { Exposed } from './shift-back.ts';

export const rollback = defineStep({
  id: 'rollback',
  name: 'Rollback',
  summary:
    'Gives blue all of the traffic at once, in one write for each production rule and before anything else, then records blue as stable and removes the test rule. Works from any state of the canary and the stack. If a deployment fails while green is the recorded stable version and serves everything, green keeps the traffic: only a person can undo a promotion, by running this step in a runbook.',
  parameters: { ...firstParameters, ...middleParameters, idleScalePercent, settleSeconds, evidence, ...lastParameters },
  outputs: {
    ...trafficOutputDescriptions,
    FirstDeployment: '`True` if no deployment ever completed, so there is nothing to roll back to.',
  },
  actions: [
    ...trafficActions,
    ...testRuleActions,
    'ecs:UpdateTaskSet',
    'ecs:UntagResource',
    'ecs:TagResource',
    'elasticloadbalancing:ModifyRule',
    'elasticloadbalancing:ModifyListener',
    'cloudwatch:GetMetricData',
  ],
  ruleEvidence: groupsByRule,
  observe: ({ reader, values, run }) => observe(reader, values, run),
  seen: (state) => ({
    ...('productionRules' in state && { productionRules: state.productionRules }),
    isBlind: state.kind === 'blind',
  }),
  attach: ({ reader, values, run }) => attachFinalReport(reader, values.stackName, run),
  decide: (state, { values, run }) => {
    const cleanup = { idleScalePercent: values.idleScalePercent, settling: settlingOf(run, values) };
    if (state.kind !== 'safe') return decideRollback(state, cleanup, run);
    const evidence = readGateEvidence(values.evidence);
    const why = explainFailure(state, evidence, run);
    const decided = { kind: 'rollback', to: 0, evidence, note: why.note } as const;
    const ledger = keepLedger(state.service, decided, run, 'rollback');
    const entry = withEndOfShares(state.service, ledger.entry, run);
    return decideRollback(state, { ...cleanup, why: why.lines, ledger: { ...ledger, entry } }, run);
  },
});

interface Values {
  readonly stackName: string;
  readonly settleSeconds: number;
  readonly timeoutMinutes: number;
  readonly dryRun: boolean;
}

async function observe(reader: CanaryReader, values: Values, run: Run): Promise<RollbackState> {
  const { lockOwner, deploymentFailed } = run;
  const { stackName } = values;
  const resources = await reader.resources();
  // A deployment may have failed before there was a stack; a person expects one to exist.
  if (!resources && !deploymentFailed) throw stackMissing(stackName, run.region);
  if (!resources) return { kind: 'nothing', why: `there is no stack named ${stackName}` };
  // Read in parallel with the rule; its failure matters only if the service is needed later.
  void reader.service().catch(() => undefined);
  const found = await reader.productionRules('shift-back').catch(async (error: unknown) => {
    const stack = await reader.stack();
    if (!stack || !everCompleted(stack.status)) return undefined;
    throw error;
  });
  if (!found) return { kind: 'nothing', why: `the stack ${stackName} was never created completely` };
  const { groups, missing, names } = await reader.address();
  const productionRules = productionRulesOf(found.rules, groups, names);
  // A green that has everything may be the stable version, which a failed deployment must not guess.
  const tolerate = deploymentFailed && serveOnly(productionRules, 'Green') ? unlessIncomplete : unlessUnreadable;
  // A deployment that was refused because another one holds the lock must not roll that one back; a person may.
  if (lockOwner.isDeployment) {
    const service = await reader.service().catch((error) => blindness(error, run) ?? tolerate(error));
    if (service instanceof OperatorError) return { kind: 'blind', error: service };
    if (service && isLockedByOther(service, lockOwner)) return { kind: 'foreign', lock: lockOf(service)?.text ?? '' };
  }
  if (serveOnly(productionRules, 'Blue')) return observeSafe(reader, values);
  // A green that only a wrong parameter hides may be the stable version.
  if (deploymentFailed && missing.length > 0) {
    const service = await reader.service().catch(tolerate);
    if (parseColour(service?.tags[stableTagKey]) !== 'Blue') return { kind: 'incomplete', missing };
  }
  return {
    kind: 'exposed',
    productionRules,
    groups,
    ...(await observeExposed(reader, found.rules, stackName, tolerate)),
  };
}

/** How often a run reads the lock again before it moves the traffic to blue anyway. */
const mostBlindLooks = 3;

/** A brief fault of ECS must not make a failed deployment move the traffic of another deployment's canary. */
function blindness(error: unknown, { deploymentFailed, blindLooks = 0 }: Run): OperatorError | undefined {
  const passes = error instanceof OperatorError && /^aws-(throttled|unreachable)$/.test(error.code);
  return deploymentFailed && passes && blindLooks < mostBlindLooks ? error : undefined;
}

/** Moving the weights to blue is the safe direction, so it does not wait for an ECS that cannot be read. */
function unlessUnreadable(error: unknown): undefined {
  return isAwsError(error) ? undefined : unlessIncomplete(error);
}

function isAwsError(error: unknown): error is OperatorError {
  return error instanceof OperatorError && error.code.startsWith('aws-');
}

/** Blue's ability to serve: its task set says it in one call; its targets are read only if that is not conclusive. */
async function observeExposed(
  reader: CanaryReader,
  production: readonly ListenerRule[],
  stackName: string,
  tolerate: (error: unknown) => undefined,
): Promise<Pick<Exposed, 'traffic' | 'loss'>> {
  const address = await reader.address();
  const service = await reader.service().catch(tolerate);
  if (!service) return {};
  refuseMixedColours(service, address);
  const { blueTaskSet, greenTaskSet } = address;
  const [blue, green] = [blueTaskSet, greenTaskSet].map((id) => service.taskSets.find((taskSet) => taskSet.id === id));
  // A deleted green serves no traffic, so blue can only be better; one that is not in the stack may serve.
  if (!green && greenTaskSet !== '') return {};
  const isNamed = production.every((rule) => coloursIn(rule, address.groups) === 2);
  const certain = blue?.steady && blue.running > 0 && isNamed;
  const [blueTargets, greenTargets] = certain
    ? [[], []]
    : await Promise.all([reader.targets('Blue'), reader.targets('Green')]);
  // Only the production rules decide about the move, so it does not wait for any other listener.
  const rules = production;
  const readings = { stackName, stackStatus: '', address, production, rules, service, blueTargets, greenTargets };
  if (blue && green) return { traffic: assembleTraffic(readings) };
  const loss = outageOf(readings);
  return loss === undefined ? {} : { loss };
}

/** If a task set is lost, other targets in blue's group may serve, but a green that serves must not lose its traffic to none. */
function outageOf({ address, service, blueTargets, greenTargets }: TrafficReadings): string | undefined {
  const loss = lossOf(service, address.blueTaskSet);
  const isSound = !loss || parseColour(service.tags[stableTagKey]) === 'Blue';
  if (healthyTargets(greenTargets).length === 0 || (isSound && healthyTargets(blueTargets).length > 0))
    return undefined;
  return loss ?? 'Blue has no healthy target';
}

function lossOf({ taskSets }: Service, id: string): string | undefined {
  if (taskSets.some((taskSet) => taskSet.id === id)) return undefined;
  return `Blue's task set ${id ? `${id} no longer exists: it was deleted outside the stack` : 'is not in the stack'}`;
}

async function observeSafe(reader: CanaryReader, { stackName }: Values): Promise<RollbackState> {
  const stack = await reader.stack();
  // A creation that is being rolled back loses its service before its rule.
  if (!stack || !everCompleted(stack.status))
    return { kind: 'nothing', why: `the stack ${stackName} was never created completely` };
  const unread: OperatorError[] = [];
  // Blue is recorded first; then the error fails the step.
  const later = (error: unknown): readonly ListenerRule[] => {
    if (!isAwsError(error)) throw error;
    unread.push(error);
    return [];
  };
  const [service, rules, { rules: production, ambiguity }, address] = await Promise.all([
    reader.service(),
    reader.listenerRules().catch(later),
    reader.productionRules('shift-back'),
    reader.address(),
  ]);
  refuseMixedColours(service, address);
  const [testRules, blueTargets, greenTargets] = await Promise.all([
    reader.testRules().catch(later),
    reader.targets('Blue'),
    reader.targets('Green'),
  ]);
  const readings = {
    stackName,
    stackStatus: stack.status,
    address,
    production,
    rules,
    service,
    blueTargets,
    greenTargets,
  };
  const productionRules = productionRulesOf(production, address.groups, address.names);
  const doubt = ambiguity ?? unread[0];
  const loss = lossOf(service, address.blueTaskSet);
  const present = !loss && service.taskSets.some((taskSet) => taskSet.id === address.greenTaskSet);
  return {
    ...{ kind: 'safe', stack, service, productionRules, testRules, groups: address.groups, names: address.names },
    bypassRules: findBypassRules(rules, knownRules(rules, production, address)),
    ...(doubt && { ambiguity: doubt }),
    blueHealthy: healthyTargets(blueTargets).length,
    ...(loss && { lostBlue: loss }),
    ...(address.missing.length > 0 && { lack: lacksTaskSet(stack, address.missing) }),
    ...(present && { traffic: assembleTraffic(readings) }),
  };
}
