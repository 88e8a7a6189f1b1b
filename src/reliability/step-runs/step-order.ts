import type { Aws } from '../../aws/aws.ts';
import type { Done } from '../../canary/decision.ts';
import type { LockOwner } from '../../canary/lock.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { createTaskLog } from '../../octopus/log/task-log.ts';
import type { Clock } from '../../runtime/clock.ts';
import { executeStep, type Surroundings } from '../../runtime/execute-step.ts';
import { addTestRule } from '../../steps/add-test-rule/add-test-rule.ts';
import { deployOwnTemplate } from '../../steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../steps/promote.ts';
import { rollback } from '../../steps/rollback/rollback.ts';
import { shiftTraffic } from '../../steps/shift-traffic.ts';
import type { StepId } from '../../steps/step.ts';
import { watch } from '../../steps/watch/watch.ts';

/** One step run, as plain data, so that another process can execute it. */
export interface StepOrder {
  readonly step: StepId;
  /** The values that Octopus would pass to the step, including `Approval.…`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly lockOwner: LockOwner;
  readonly deploymentFailed: boolean;
  readonly token: string;
}

/** How a run of a step ended. */
export type StepOutcome =
  | { readonly kind: 'done'; readonly outputs: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly hint: string }
  /** Any thrown error other than an OperatorError. */
  | { readonly kind: 'defect'; readonly message: string }
  | { readonly kind: 'killed' };

/** Wraps the AWS of a step. */
export type AwsWrapper = (aws: Aws) => Aws;

/** Runs the step with the product's own code. */
export async function executeOrder(
  order: StepOrder,
  aws: Aws,
  clock: Clock,
  say: (line: string) => void = () => {},
): Promise<StepOutcome> {
  try {
    const done = await runners[order.step]({
      aws,
      clock,
      log: createTaskLog(say),
      saveArtifact: ({ name }) => `/${name}`,
      readParameter: (name) => order.parameters[name],
      token: order.token,
      deploymentFailed: order.deploymentFailed,
      lockOwner: order.lockOwner,
    });
    return { kind: 'done', outputs: done?.outputs ?? {} };
  } catch (error) {
    if (error instanceof OperatorError) {
      const { code, message, hint } = error;
      return { kind: 'refused', code, message, hint };
    }
    return { kind: 'defect', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** `done`, the code of the error that an operator sees, `defect` or `killed`. */
export function describeOutcome(outcome: StepOutcome): string {
  return outcome.kind === 'refused' ? outcome.code : outcome.kind;
}

const runners: Readonly<Record<StepId, (surroundings: Surroundings) => Promise<Done | undefined>>> = {
  'prepare-blue': (surroundings) => executeStep(prepareBlue, surroundings),
  'deploy-stack': (surroundings) => executeStep(deployStack, surroundings),
  'deploy-own-template': (surroundings) => executeStep(deployOwnTemplate, surroundings),
  'add-test-rule': (surroundings) => executeStep(addTestRule, surroundings),
  'shift-traffic': (surroundings) => executeStep(shiftTraffic, surroundings),
  watch: (surroundings) => executeStep(watch, surroundings),
  promote: (surroundings) => executeStep(promote, surroundings),
  rollback: (surroundings) => executeStep(rollback, surroundings),
};
