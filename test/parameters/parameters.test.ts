import { expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { parseParameters } from '../../src/parameters/parameters.ts';

it('what a refusal lists stands below it, so that two problems do not look like three', () => {
  const refusal = new OperatorError('invalid-template', 'The template cannot be used:\n  - It is torn.', 'Mend it.');
  const refuse = () => {
    throw refusal;
  };
  expect(() => parseParameters({}, () => undefined, [() => ['Give a name.'], refuse])).toThrow(
    /^2 parameters need attention:\n {2}- Give a name\.\n {2}- The template cannot be used:\n {6}- It is torn\.$/,
  );
  expect(() => parseParameters({}, () => undefined, [refuse])).toThrow(refusal);
});
