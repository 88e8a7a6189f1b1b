import { runStep } from '../src/runtime/run-step.ts';
import { addTestRule } from '../src/steps/add-test-rule/add-test-rule.ts';

void runStep(addTestRule);
