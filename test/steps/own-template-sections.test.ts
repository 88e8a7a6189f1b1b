import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OwnCanary, openOwnCanary } from '../support/own-canary.ts';

const ids = [
  'BlueTaskSet=BlueSet',
  'GreenTaskSet=GreenSet',
  'BlueTargetGroup=BlueGroup',
  'GreenTargetGroup=GreenGroup',
];
const dry = { 'EcsCanary.DryRun': 'True', 'EcsCanary.Parts': ids.join('\n') };

let canary: OwnCanary;
beforeAll(async () => {
  canary = await openOwnCanary('cases/codedeploy-hook.yaml');
});
afterAll(() => canary.close());

it('a template whose CodeDeploy hook shifts traffic by itself is refused before anything is asked of AWS', async () => {
  const run = await canary.deploy('1', dry);
  expect(run.error).toMatchObject({
    code: 'invalid-template',
    message: expect.stringContaining('the hook Shift (AWS::CodeDeploy::BlueGreen) in Hooks'),
  });
  expect(run.calls).toEqual([]);
});

it.each(['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31'])(
  'a template with the transform %s needs the capability that AWS asks for, and is accepted with it',
  async (transform) => {
    const template = canary
      .template('1')
      .replace(/Hooks:\n[\s\S]*?Parameters:\n/, 'Parameters:\n')
      .replace('[AWS::CodeDeployBlueGreen]', transform);
    const given = { ...dry, 'EcsCanary.Template': template };
    for (const capabilities of ['', 'CAPABILITY_IAM']) {
      const run = await canary.deploy('1', { ...given, 'EcsCanary.Capabilities': capabilities });
      expect(run.error).toMatchObject({
        code: 'invalid-parameters',
        message: expect.stringContaining(`EcsCanary.Capabilities: the template uses ${transform}`),
      });
      expect(run.calls).toEqual([]);
    }
    const both = 'CAPABILITY_IAM, CAPABILITY_AUTO_EXPAND';
    const run = await canary.deploy('1', { ...given, 'EcsCanary.Capabilities': both });
    expect(run.error).toBeUndefined();
    expect(run.log.join('\n')).toContain('Creating the stack canary');
  },
);
