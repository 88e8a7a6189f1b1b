import { storeTemplates } from '../src/aws/template-store.ts';
import { runStep } from '../src/runtime/run-step.ts';
import { deployOwnTemplate } from '../src/steps/deploy-stack/deploy-own-template.ts';

void runStep(deployOwnTemplate, storeTemplates);
