import type { Parameter } from '../parameters/parameters.ts';
import { steps } from './index.ts';

/** The parameter of that name, of whichever step has it first; undefined if none has. */
export function findStepParameter(name: string): Parameter | undefined {
  return steps.flatMap(({ parameters }) => Object.values<Parameter>(parameters)).find((one) => one.name === name);
}
