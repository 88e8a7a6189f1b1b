import { readMetrics } from '../src/aws/cloud-watch.ts';
import { runStep } from '../src/runtime/run-step.ts';
import { promote } from '../src/steps/promote.ts';

void runStep(promote, readMetrics);
