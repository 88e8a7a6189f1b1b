import { describeRules, type RulesOnBlue, refuseReplacedBlue } from '../../canary/bypass-rules.ts';
import type { Decision } from '../../canary/decision.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { serveOnly } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import { shortTaskDefinition } from '../../canary/service.ts';
import { type Traffic, tagDisagrees } from '../../canary/traffic.ts';
import { wentBack } from '../../observation/watch-stack-operation.ts';
import { isVolatile } from '../../stack-template/volatility.ts';
import { stackFailed } from '../shared/stack-messages.ts';
import type { State } from './state.ts';

/** After a promotion, blue gets the version that green serves, while the traffic stays on green. */
export function copyGreenToBlue(
  { stack, traffic, repinned }: Extract<State, { kind: 'ready' }>,
  run: Run,
  onBlue: RulesOnBlue,
): Decision | undefined {
  if (!repinned) return undefined;
  const stable = shortTaskDefinition(traffic.green.taskSet.taskDefinition);
  if (!serveOnly(traffic.productionRules, 'Green')) {
    throw tagDisagrees(traffic, ': a rollback was interrupted, or the rule or the tag was changed.');
  }
  if (run.submitted?.outcome === 'accepted') {
    if (wentBack(stack, run.operation)) throw stackFailed(stack, run.operation);
    return { kind: 'wait', reason: `The stack update has ended; waiting for ECS to show ${stable} on blue.` };
  }
  if (run.submitted) {
    throw new OperatorError(
      'change-not-in-force',
      `The template already pins blue to ${stable}, but blue runs ${shortTaskDefinition(traffic.blue.taskSet.taskDefinition)}: blue was changed outside the stack.`,
      'Reconcile the blue task set with the stack (detect drift in the CloudFormation console), then run the step again.',
    );
  }
  refuseReplacedBlue(traffic, onBlue, stable);
  return {
    kind: 'change',
    warnings: [
      ...(isVolatile(repinned.templateBody)
        ? [
            'The template uses Parameter Store, Secrets Manager or a Transform, which AWS evaluates again at every update. Green stays pinned to its version; any other resource that uses a changed value changes with this update.',
          ]
        : []),
      ...(repinned.shortened
        ? [
            'The template would be larger than CloudFormation accepts in a request, so the step removes comments and unneeded spaces from the deployed template. To keep them, set EcsCanary.TemplateBucket.',
          ]
        : []),
      ...movedWithBlue(traffic, stable),
    ],
    reason: `Green (${stable}) is stable: updating the blue task set, and nothing else in the stack, to ${stable}. Traffic stays on green during the update.`,
    change: { kind: 'update-stack', submission: repinned },
  };
}

/** Users whom EcsCanary.RulesOnBlue keeps on blue get the version that blue gets. */
function movedWithBlue({ rulesToBlue, known, blue }: Traffic, stable: string): readonly string[] {
  if (rulesToBlue.length === 0) return [];
  return [
    `This update moves users who reach only blue, through ${describeRules(rulesToBlue, known.names)}, from ${shortTaskDefinition(blue.taskSet.taskDefinition)} to ${stable} all at once.`,
  ];
}
