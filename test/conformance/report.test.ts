import { expect, it } from 'vitest';
import { type Check, Interrupted, NotSeen } from '../../src/conformance/check.ts';
import { mask } from '../../src/conformance/masking.ts';
import { describeVerdicts, reportAsJson, reportAsMarkdown } from '../../src/conformance/report.ts';
import { runChecks } from '../../src/conformance/run-checks.ts';

const checkThat = (id: string, see: () => Promise<string>): Check<object> => ({
  ...{ id, promise: 'It is so.', look: 'A look.', expected: 'so', allowed: { nearly: 'The steps look twice.' } },
  see: async () => ({ answer: await see() }),
});

const answers = (answer: string) => async () => answer;

const failing = (error: Error) => async (): Promise<string> => {
  throw error;
};

async function run(...checks: readonly Check<object>[]) {
  const told: string[] = [];
  const results = await runChecks(checks, {}, { now: () => 0, tell: ({ id }) => told.push(id) });
  return { results, told };
}

it('gives each answer its verdict, and goes on after a check that saw nothing', async () => {
  const { results, told } = await run(
    checkThat('one', answers('so')),
    checkThat('two', answers('nearly')),
    checkThat('three', answers('constructor')),
    checkThat('four', failing(new NotSeen('it was dark'))),
    checkThat('five', failing(Object.assign(new Error('no'), { name: 'AccessDenied' }))),
    checkThat('six', answers('so')),
  );
  expect(results.map(({ verdict, seen }) => `${verdict}: ${seen}`)).toEqual([
    'as expected: so',
    'allowed: nearly',
    'different: constructor',
    'not seen: it was dark',
    'not seen: AccessDenied: no',
    'as expected: so',
  ]);
  expect(told).toHaveLength(6);
  expect(describeVerdicts(results)).toBe('2 as expected, 1 allowed, 1 different, 2 not seen');
});

it('makes no check after an interruption', async () => {
  let made = false;
  const { results } = await run(
    checkThat('one', failing(new Interrupted())),
    checkThat('two', async () => {
      made = true;
      return 'so';
    }),
  );
  expect(results.map(({ seen }) => seen)).toEqual(['the run was stopped', 'the run was stopped']);
  expect(made).toBe(false);
});

it('masks what a report must not tell', () => {
  const said = `User: arn:aws:sts::210987654321:assumed-role/Admin/alice@example.com is not authorized to perform x on
arn:aws:ecs:eu-west-1:210987654321:cluster/demo with AKIAIOSFODNN7EXAMPLE. Encoded: ${'aB3_'.repeat(50)}. Key API-1.`;
  expect(mask(said, ['API-1', ''])).toBe(`User: (principal) is not authorized to perform x on
arn:aws:ecs:eu-west-1:(account):cluster/demo with (key). Encoded: (encoded). Key (secret).`);
});

it('keeps ids that are no accounts', () => {
  const ids = 'ecs-svc/1813717245900823997 at 1128-0f3a9c, targetgroup/x/0123456789abcdef';
  expect(mask(ids)).toBe(ids);
});

it('says the same to people and to programs', async () => {
  const { results } = await run(checkThat('one', answers('nearly')), checkThat('two', answers('not')));
  const findings = {
    ...({ command: 'verify-aws', version: '1.0.0', subject: 'AWS in eu-west-1', run: '1128-0f3a9c', results } as const),
    startedAt: '2026-11-28T10:00:00Z',
    endedAt: '2026-11-28T11:00:00Z',
    notChecked: [{ what: 'the moon', why: 'it is far' }],
    left: ['stack x: DELETE_FAILED in 210987654321'],
  };
  const page = reportAsMarkdown(findings);
  expect(page).toContain('# verify-aws: AWS in eu-west-1');
  expect(page).toContain('## ~ one: allowed\n\n- Promised: It is so.');
  expect(page).toContain('- The steps allow for this: The steps look twice.');
  expect(page).toContain('## ✗ two: different');
  expect(page).toContain('- the moon: it is far');
  expect(page).toContain('- stack x: DELETE_FAILED in (account)');
  const data = JSON.parse(reportAsJson(findings));
  expect(data.summary).toEqual({ 'as expected': 0, allowed: 1, different: 1, 'not seen': 0 });
  expect(data.results).toHaveLength(2);
});
