import { storeTemplates } from '../src/aws/template-store.ts';
import { runStep } from '../src/runtime/run-step.ts';
import { prepareBlue } from '../src/steps/prepare-blue/prepare-blue.ts';

void runStep(prepareBlue, storeTemplates);
