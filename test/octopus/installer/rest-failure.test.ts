import { expect, it } from 'vitest';
import {
  explainFailure,
  isTransient,
  type RestFailure,
  readFailure,
} from '../../../src/octopus/installer/rest-failure.ts';
import { explainOutcome } from '../../../src/octopus/installer/usage-plan.ts';
import { commandWording } from '../../../src/octopus/installer/wording.ts';

const address = 'https://octopus.example.com';
const context = { address, wording: commandWording };

it.each([
  ['ENOTFOUND', 'cannot be resolved', '--url'],
  ['ECONNREFUSED', 'refused the connection while', '--url'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'does not trust the certificate', 'NODE_EXTRA_CA_CERTS'],
  ['ECONNRESET', 'failed while reading', 'Run the same command again'],
])('explains the network error %s', (code, message, hint) => {
  const explained = explainFailure({ kind: 'network', code, message: 'oops' }, 'reading', context, undefined);
  expect(explained.message).toContain(message);
  expect(explained.message).toContain(address);
  expect(explained.hint).toContain(hint);
});

it.each([
  [401, 'OCTOPUS_API_KEY'],
  [403, 'the permission that Octopus names'],
  [404, 'have been deleted'],
  [409, 'Somebody else changed it'],
  [400, 'Correct the problem that Octopus reports'],
  [502, 'when the server has recovered'],
])('explains the answer %d', (status, hint) => {
  const failure: RestFailure = { kind: 'answer', status, message: 'Said by the server.' };
  const explained = explainFailure(failure, 'saving', context, undefined);
  expect(explained.message).toContain('Said by the server.');
  expect(explained.hint).toContain(hint);
});

it('tries again what may pass, and nothing else', () => {
  const answers = [400, 401, 403, 404, 409, 429, 500, 503].map(
    (status) => [status, isTransient({ kind: 'answer', status, message: '' })] as const,
  );
  expect(answers.filter(([, again]) => again).map(([status]) => status)).toEqual([429, 500, 503]);
  expect(isTransient({ kind: 'network', code: 'ENOTFOUND', message: '' })).toBe(false);
  expect(isTransient({ kind: 'network', code: 'ECONNRESET', message: '' })).toBe(true);
});

it.each([
  [400, 'There was a problem with your request.\nModification failed because submitted data was out of date.'],
  [409, 'Conflict.'],
  [500, "Modification failed for 'Project' document because submitted data was out of date."],
])('a conflict answered with %d is explained as one, and not tried again', (status, message) => {
  const failure: RestFailure = { kind: 'answer', status, message };
  expect(explainFailure(failure, 'saving', context, undefined).hint).toContain('Somebody else changed it');
  expect(isTransient(failure)).toBe(false);
});

it('leaves errors alone that are neither of the server nor of the network', () => {
  expect(readFailure(new TypeError('a bug'))).toBeUndefined();
  expect(readFailure('text')).toBeUndefined();
});

it('an outcome that is not known is no success', () => {
  expect(explainOutcome({ Id: 'x', Outcome: 'Postponed' })).toEqual({
    done: false,
    text: 'not moved: Octopus answered Postponed. Look at the step in Octopus.',
  });
  expect(explainOutcome(undefined).done).toBe(false);
});
