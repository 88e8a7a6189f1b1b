import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleStep } from '../../../build/bundle.ts';
import { renderScriptBody } from '../../../src/octopus/template/wrapper.ts';
import { runScript as runUnderOctopus } from '../../../src/rehearsal/script-run.ts';
import { readLine } from '../../../src/rehearsal/service-message-reader.ts';
import { createVariables } from '../../../src/rehearsal/substitution.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import type { StepDeclaration } from '../../../src/steps/step.ts';
import { startFailingAws } from '../../build/failing-aws.ts';
import { hostilePieces, hostileText } from '../../support/hostile-text.ts';
import { soundValues } from '../../support/sound-values.ts';
import { type Run, runScript } from './script-runner.ts';

const bodies = new Map<StepDeclaration, string>();

beforeAll(async () => {
  for (const step of [deployStack, shiftTraffic]) {
    const { code } = await bundleStep(`scripts/${step.id}.ts`, '1.2.3');
    bodies.set(step, renderScriptBody(step, code, '1.2.3'));
  }
});

const typedNames = (step: StepDeclaration) =>
  Object.values(step.parameters).flatMap(({ name, actionProperty }) => (actionProperty ? [] : [name]));

/** Runs the step as Octopus does; there is no AWS, and none is needed to refuse. */
function run(step: StepDeclaration, variables: Readonly<Record<string, string>>): Run {
  return runScript(bodies.get(step) ?? '', { variables });
}

/** A refusal in words, of which nothing was executed and nothing is left. */
function expectRefusal({ code, stdout, stderr, leftOvers }: Run): string {
  expect({ code, stderr, leftOvers }).toEqual({ code: 1, stderr: '', leftOvers: [] });
  const parts = stdout.split('\n').flatMap(readLine);
  const names = parts.flatMap((part) => (part.kind === 'message' ? [part.name] : []));
  expect(new Set(names)).toEqual(new Set(['stdout-error', 'stdout-default', 'resultMessage']));
  const text = parts.map((part) => (part.kind === 'text' ? `${part.text}\n` : '')).join('');
  expect(text).toContain('Error code: invalid-parameters');
  expect(text).not.toMatch(/^\s+at /m);
  return text;
}

describe('the script of a step', () => {
  it.each([
    ['Deploy Stack', deployStack],
    ['Shift Traffic', shiftTraffic],
  ])('%s executes nothing of what stands in any parameter', (_name, step) => {
    const pieces = [...hostilePieces, 'trailing line ends\n\n\n', `${'x'.repeat(200_000)}\0\n`];
    for (const offset of [0, 17, 34]) {
      const hostile = (index: number) => (pieces[(index + offset) % pieces.length] ?? '').repeat(2);
      const typed = Object.fromEntries(typedNames(step).map((name, index) => [name, hostile(index)]));
      const gate = { 'EcsCanary.ApprovalStep': pieces.slice(offset, offset + 17).join(' ') };
      const system = { 'Octopus.Deployment.Id': hostile(1), 'Octopus.Release.Number': hostile(2) };
      expect(expectRefusal(run(step, { ...typed, ...gate, ...system }))).toContain('EcsCanary.AWS.Region (');
    }
  });

  it('names every one of fifty parameters of 200 KB in one short refusal', () => {
    const large = Object.fromEntries(typedNames(deployStack).map((name) => [name, '#{'.repeat(100_000)]));
    const text = expectRefusal(run(deployStack, large));
    for (const name of typedNames(deployStack).filter((name) => name !== 'EcsCanary.Template'))
      expect(text).toContain(`  - ${name} (`);
    expect(text.length).toBeLessThan(20_000);
  });

  it('survives whatever is typed', () => {
    const typed = fc.record(Object.fromEntries(typedNames(shiftTraffic).map((name) => [name, hostileText])));
    fc.assert(
      fc.property(typed, (variables) => {
        expectRefusal(run(shiftTraffic, variables));
      }),
      { seed: 4_070_030, numRuns: 2 },
    );
  });
});

describe('the real program of a step', () => {
  const secrets = {
    AWS_ACCESS_KEY_ID: 'AKIAS3CR3TS3CR3TS3CR',
    AWS_SECRET_ACCESS_KEY: 'k-s3cr3t/of+the=worker-0123456789',
    AWS_SESSION_TOKEN: 't-s3cr3t-token-of-the-session-0123456789',
  };
  const password = 'p-s3cr3t-of-the-task';

  it.each([
    ['ValidationError', 'aws-refused'],
    ['SignatureDoesNotMatch', 'aws-credentials'],
    ['AccessDenied', 'aws-access-denied'],
  ])('repeats no secret that AWS quotes in a %s, and no message that it forges', async (code, expected) => {
    const forged = "##octopus[setVariable name='Rm9yZ2Vk' value='QQ==']";
    const quoted = Object.values({ ...secrets, password }).join(' ');
    const aws = await startFailingAws({
      status: 400,
      code,
      message: `Value '${quoted}'&#13;${forged}&#10;${forged} end`,
    });
    const lines: string[] = [];
    try {
      const values = { ...soundValues, 'EcsCanary.Environment': `SECRET_WORD=${password}` };
      const result = await runUnderOctopus({
        scriptBody: bodies.get(deployStack) ?? '',
        variables: createVariables(Object.entries(values)),
        environment: { ...secrets, AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: 'us-east-1' },
        log: (_level, text) => lines.push(text),
      });
      expect(result.exitCode).toBe(1);
      expect([...result.variables.keys()]).toEqual([]);
      const told = `${lines.join('\n')}\n${result.resultMessage}`;
      expect(told).toContain(`Error code: ${expected}`);
      expect(told).toContain("Value '******** ******** ******** ********'");
      expect(told).toMatch(/# #octopus\[setVariable .*\n.* end/);
      expect(told).not.toMatch(/s3cr3t/i);
      expect(aws.calls()).toBeLessThan(10);
    } finally {
      await aws.close();
    }
  });
});
