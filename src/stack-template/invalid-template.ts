import { OperatorError } from '../canary/operator-error.ts';

/** The error that lists what is wrong with a template, one problem a line. */
export function invalidTemplate(problems: readonly string[]): OperatorError {
  return new OperatorError(
    'invalid-template',
    `The CloudFormation template cannot be used:\n${problems.map((problem) => `  - ${problem.slice(0, 1000)}`).join('\n')}`,
    'Correct the template, or the parameters that the lines above name, and run the step again. Nothing was changed in AWS.',
  );
}
