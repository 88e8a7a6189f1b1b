import { runStep } from '../src/runtime/run-step.ts';
import { deployStack } from '../src/steps/deploy-stack/deploy-stack.ts';

void runStep(deployStack);
