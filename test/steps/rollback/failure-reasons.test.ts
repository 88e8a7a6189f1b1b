import { expect, it } from 'vitest';
import { formatRetreat, type Retreat, retreatTagKey } from '../../../src/canary/retreat.ts';
import { explainFailure } from '../../../src/steps/rollback/failure-reasons.ts';
import { readGateEvidence } from '../../../src/steps/shared/gate-evidence.ts';
import { sampleTraffic } from '../../canary/sample-traffic.ts';

const traffic = sampleTraffic();
const now = Date.parse('2026-11-29T08:00:00Z');
const retreat: Retreat = {
  ...{ at: Date.parse('2026-11-29T02:14:05Z'), from: 25, to: 0, cause: 'Worse', kinds: ['errors'] },
  counts: { green: { errors: 41, requests: 2050 }, blue: { errors: 3, requests: 6100 } },
};
const retreated = { [retreatTagKey]: formatRetreat(retreat, traffic.green.taskSet.id) };
const guard = 'Guard took green from 25 % to 0 % at 02:14 UTC: 41 of 2,050 requests failed, blue 3 of 6,100.';

function explain(
  deploymentError: string,
  verdict = 'CannotTell',
  tags: Readonly<Record<string, string>> = {},
  headline: unknown = { title: 'Green is worse', sentence: 'The alarm a\\_b went into ALARM.' },
) {
  const service = { ...traffic.service, tags };
  const evidence = readGateEvidence(JSON.stringify({ format: 1, verdict, headline }));
  return explainFailure({ service, traffic }, evidence, { deploymentError, awsNow: now });
}

it.each([
  'The deployment failed because one or more steps failed.',
  'One or more child activities failed.',
  'Script returned exit code 1',
  'The remote script failed with exit code 137',
])('where Octopus says only "%s", a rollback says what Guard or Watch found', (error) => {
  expect(explain(error, 'Worse', retreated)).toEqual({
    note: guard,
    lines: [`Before the deployment failed: ${guard}`],
  });
  const watched = 'Green is worse. The alarm a_b went into ALARM.';
  expect(explain(error, 'Worse')).toEqual({ note: watched, lines: [`Before the deployment failed: ${watched}`] });
  expect(explain(error)).toEqual({ note: error, lines: [`Why the deployment failed: ${error}`] });
});

it('what a person or Octopus says comes first, and what Guard or Watch found after it', () => {
  const error = 'Jane Doe requested a rollback: checkout is broken';
  expect(explain(error, 'Worse', retreated)).toEqual({
    note: `${error}. ${guard}`,
    lines: [`Why the deployment failed: ${error}`, `Before the deployment failed: ${guard}`],
  });
});

it('no figure explains a rollback that no failed deployment asked for', () => {
  expect(explain('', 'Worse', retreated)).toEqual({ note: '', lines: [] });
});

it.each([[], null, 'Green is worse', { title: 1 }, { title: 'x', sentence: {} }])(
  'a headline such as %j, which no Watch writes, says nothing',
  (headline) => {
    const error = 'Script returned exit code 1';
    expect(explain(error, 'Worse', {}, headline)).toEqual(explain(error));
  },
);

it('a retreat of another green says nothing', () => {
  const other = { [retreatTagKey]: formatRetreat(retreat, 'ecs-svc/999') };
  expect(explain('Script returned exit code 1', 'CannotTell', other).note).toBe('Script returned exit code 1');
});
