import { runStep } from '../src/runtime/run-step.ts';
import { shiftTraffic } from '../src/steps/shift-traffic.ts';

void runStep(shiftTraffic);
