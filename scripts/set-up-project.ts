import carried from 'carried-templates';
import { runProgram } from '../src/runtime/run-program.ts';
import { runSetUp } from '../src/set-up/run-set-up.ts';

void runProgram((log, read) => runSetUp(carried, log, read));
