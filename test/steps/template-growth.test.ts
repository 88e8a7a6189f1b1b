import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { rulesOnBlue } from '../../src/parameters/canary-parameters.ts';
import { parseParameters } from '../../src/parameters/parameters.ts';
import { parts } from '../../src/parameters/parts.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { ownRequest } from '../../src/steps/deploy-stack/own-submission.ts';
import { ownTemplateParameters } from '../../src/steps/deploy-stack/own-template.ts';
import type { DeployedStack, DeploymentValues } from '../../src/steps/deploy-stack/submission.ts';
import { repinnedStack } from '../../src/steps/shared/repinned-stack.ts';
import { articleTemplate } from '../support/sound-values.ts';

const values = parseParameters({ ...ownTemplateParameters, rulesOnBlue, parts }, () => undefined);
const settings = { stackName: 'canary', greenScalePercent: 100, parts: values.parts } as DeploymentValues;

/** What Deploy Own Template sends; undefined if it refuses the size. */
function deployed(template: string, before?: Pick<DeployedStack, 'blueTaskDefinition'>): string | undefined {
  const request = ownRequest({ ...settings, ...values, template });
  const around = { outputs: {}, groups: { blue: '', green: '' }, greenAtHome: true };
  const stack = before && { stackId: '', templateText: template, parameters: {}, ...around, ...before };
  try {
    return request.plan(stack, before && parseTemplate(template), { imports: {}, pseudo: {}, before: undefined })
      .submission.templateBody;
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'template-too-large') return undefined;
    throw error;
  }
}

const revisions = fc.oneof(fc.constantFrom(9, 10, 1_000_000, 2_147_483_647), fc.integer({ min: 1, max: 100_000 }));

it('what the first deployment accepts, every later deployment and preparation accepts at any revision', () => {
  const accepted = { yes: 0, no: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom('first-deployment.json', 'first-deployment.yaml'),
      fc.integer({ min: 1, max: 255 }).map((length) => 'f'.repeat(length)),
      fc.boolean(),
      fc.integer({ min: -400, max: 40 }),
      fc.constantFrom('arn:aws:ecs:us-east-1', 'arn:aws-cn:ecs:cn-northwest-1', 'arn:aws-us-gov:ecs:us-gov-west-1'),
      fc.array(revisions, { minLength: 2, maxLength: 4 }),
      (file, family, isVolatile, room, region, releases) => {
        const secret = isVolatile ? '{{resolve:ssm:/shop/key}}' : 'plain';
        const text = articleTemplate(file)
          .replace(/("?Family"?: *)"?[\w-]+"?/, `$1"${family}"`)
          .replace('1.0.0', secret);
        const padding = ' '.repeat(Math.max(0, 51_200 + room - Buffer.byteLength(text)));
        // Spaces inside, because those at the end of a line would be left out.
        const padded = text.replace(': ', `: ${padding}`);
        const first = deployed(padded);
        accepted[first === undefined ? 'no' : 'yes'] += 1;
        if (first === undefined) return;
        let blue: string | undefined;
        for (const revision of releases) {
          const stable = `${region}:123456789012:task-definition/${family}:${revision}`;
          const now = deployed(padded, { blueTaskDefinition: blue ?? stable });
          expect(now).toBeDefined();
          const stack = { name: 'canary', parameters: {}, capabilities: [] } as never;
          const prepared = repinnedStack(stack, now ?? '', { parts: values.parts, stackRoleArn: undefined }, stable);
          expect(Buffer.byteLength(prepared.templateBody)).toBeLessThanOrEqual(51_200);
          expect(prepared.shortened).toBeUndefined();
          blue = stable;
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(Math.min(accepted.yes, accepted.no)).toBeGreaterThan(5);
});
