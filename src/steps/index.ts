import { addTestRule } from './add-test-rule/add-test-rule.ts';
import { deployOwnTemplate } from './deploy-stack/deploy-own-template.ts';
import { deployStack } from './deploy-stack/deploy-stack.ts';
import { prepareBlue } from './prepare-blue/prepare-blue.ts';
import { promote } from './promote.ts';
import { rollback } from './rollback/rollback.ts';
import { shiftTraffic } from './shift-traffic.ts';
import type { StepDeclaration } from './step.ts';
import { watch } from './watch/watch.ts';

/** Every step, in the order of the process, which has one of the two that deploy. */
export const steps: readonly StepDeclaration[] = [
  prepareBlue,
  deployStack,
  deployOwnTemplate,
  addTestRule,
  shiftTraffic,
  watch,
  promote,
  rollback,
];
