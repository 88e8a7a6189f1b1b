import { addTestRule } from './add-test-rule/add-test-rule.ts';
import { deployStack } from './deploy-stack/deploy-stack.ts';
import { prepareBlue } from './prepare-blue/prepare-blue.ts';
import { promote } from './promote.ts';
import { rollback } from './rollback/rollback.ts';
import { shiftTraffic } from './shift-traffic.ts';
import type { StepDeclaration } from './step.ts';

/** Every step, in the order of the process. */
export const steps: readonly StepDeclaration[] = [
  prepareBlue,
  deployStack,
  addTestRule,
  shiftTraffic,
  promote,
  rollback,
];
