import { runStep } from '../src/runtime/run-step.ts';
import { prepareBlue } from '../src/steps/prepare-blue.ts';

void runStep(prepareBlue);
