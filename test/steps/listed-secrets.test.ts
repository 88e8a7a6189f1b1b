import { afterAll, beforeAll, expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { fitArns } from '../../src/rehearsal/own-template.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { wrapAws } from '../support/call-log.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';
import { soundTemplate } from '../support/sound-values.ts';

let world: CanaryWorld;

beforeAll(async () => {
  world = await openCanaryWorld();
});

afterAll(() => world.close());

it.each([
  ['JSON', '{"Password": ["one-s3cr3t-1", "two-s3cr3t-2"]}'],
  ['a line', 'Password=one-s3cr3t-1, two-s3cr3t-2'],
])('a list of secrets stays secret when AWS quotes one item of it: %s', async (_how, typed) => {
  const refused = new OperatorError('aws-refused', "ValidationError: Value 'two-s3cr3t-2' is not valid", 'Read it.');
  const text = fitArns(soundTemplate['EcsCanary.Template'] ?? '', world.scene).text;
  const values = { ...soundTemplate, 'EcsCanary.Template': text, 'EcsCanary.TemplateParameters': typed };
  const run = await world.run(deployOwnTemplate, values, {
    between: (aws) =>
      wrapAws(aws, (call, go) => (call.startsWith('cloudFormation.describeStack') ? Promise.reject(refused) : go())),
  });
  expect(run.error?.message).toContain("Value '********' is not valid");
  expect(`${run.lines} ${run.error?.stack}`).not.toContain('s3cr3t');
});

// A failed pull once said "failed to resolve ref ********", which led nobody to the image.
it.each([
  ['stays readable', 'Image: {Type: String}', 'registry.example.com/shop:9.9.9'],
  ['is redacted if the template says NoEcho', 'Image: {Type: String, NoEcho: true}', '********'],
])('the image that a parameter gives %s, other values do not', async (_, declared, shown) => {
  const reason = 'CannotPullContainerError: registry.example.com/shop:9.9.9 with s3cr3t-value: not found';
  const text = fitArns(soundTemplate['EcsCanary.Template'] ?? '', world.scene)
    .text.replace(/Image: .*/, 'Image: !Ref Image')
    .replace('Parameters: {', `Parameters: {${declared}, `);
  expect(text).toContain('!Ref Image');
  const values = {
    ...soundTemplate,
    'EcsCanary.Template': text,
    'EcsCanary.TemplateParameters': 'Image=registry.example.com/shop:9.9.9\nPassword=s3cr3t-value',
  };
  const run = await world.run(deployOwnTemplate, values, {
    between: (aws) =>
      wrapAws(aws, (call, go) =>
        call.startsWith('cloudFormation.describeStack')
          ? Promise.reject(new OperatorError('aws-refused', reason, 'Read it.'))
          : go(),
      ),
  });
  expect(run.error?.message).toBe(`CannotPullContainerError: ${shown} with ********: not found`);
});
