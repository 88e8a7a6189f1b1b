import { addTestRule } from './add-test-rule.ts';
import { deployStack } from './deploy-stack.ts';
import { prepareBlue } from './prepare-blue.ts';
import { promote } from './promote.ts';
import { rollback } from './rollback.ts';
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
