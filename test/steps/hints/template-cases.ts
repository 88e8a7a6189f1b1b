import { fitArns } from '../../../src/rehearsal/own-template.ts';
import { deployOwnTemplate } from '../../../src/steps/deploy-stack/deploy-own-template.ts';
import { articleTemplate } from '../../support/sound-values.ts';
import type { Values } from './hint.ts';
import type { HintCase, HintScene } from './hint-case.ts';

const namedRole = `
  Extra:
    Type: AWS::IAM::Role
    Properties: {RoleName: shop, AssumeRolePolicyDocument: {}}`;

/** Refusals of the operator's own template, which becomes a second stack. */
export const templateCases: readonly HintCase[] = [
  {
    code: 'invalid-template',
    when: 'the service has another deployment controller',
    run: (scene, values) => deploy(scene, (text) => text.replace('EXTERNAL', 'ECS'), values),
    follow: (hint, scene) => {
      hint.says('EXTERNAL', 'Correct the template');
      return corrected(scene);
    },
  },
  {
    code: 'template-too-large',
    when: 'comments fill the template',
    run: (scene, values) => deploy(scene, (text) => `${text}# ${'x'.repeat(52_000)}\n`, values),
    follow: (hint, scene) => {
      hint.says('drop comments');
      return corrected(scene);
    },
  },
  {
    code: 'template-too-large',
    when: 'it is large for a reason, and somebody has a bucket',
    run: (scene, values) => deploy(scene, enlarged, values),
    follow: async (hint, { world }) => {
      await world.emulator.world.invoke('s3', 'CreateBucket', { Bucket: 'templates' });
      return hint.sets('EcsCanary.TemplateBucket', 'templates');
    },
  },
  {
    code: 'template-not-stored',
    when: 'there is no such bucket',
    run: (scene, values) => deploy(scene, enlarged, { 'EcsCanary.TemplateBucket': 'nowhere', ...values }),
    follow: async (hint, { world }) => {
      hint.says('Correct EcsCanary.TemplateBucket, or fix in the bucket what AWS reports');
      await world.emulator.world.invoke('s3', 'CreateBucket', { Bucket: 'nowhere' });
      return {};
    },
  },
  {
    code: 'aws-refused',
    when: 'the template creates a role, which needs a capability',
    run: (scene, values) => deploy(scene, (text) => text.replace('Resources:', `Resources:${namedRole}`), values),
    follow: (hint) => hint.sets('EcsCanary.Capabilities'),
  },
  {
    code: 'aws-refused',
    when: 'AWS does not accept the value of a parameter',
    run: (scene, values) =>
      deploy(scene, (text) => text.replace('Resources:', 'Parameters: {Stage: {Type: Number}}\nResources:'), {
        'EcsCanary.TemplateParameters': 'Stage=one',
        ...values,
      }),
    follow: (hint) => hint.sets('EcsCanary.TemplateParameters', 'Stage=1'),
  },
  {
    code: 'aws-refused',
    when: 'the template refers to a resource that it lacks',
    run: (scene, values) => deploy(scene, (text) => text.replace('- MyListener\n', '- MyListner\n'), values),
    follow: (hint, scene) => {
      hint.sets('EcsCanary.Template');
      return corrected(scene);
    },
  },
];

function deploy(scene: HintScene, edit: (text: string) => string, values: Values) {
  const parameters = { 'EcsCanary.StackName': 'second', 'EcsCanary.Template': edit(template(scene)), ...values };
  return scene.world.run(deployOwnTemplate, parameters);
}

/** Comments would be left out. */
function enlarged(text: string): string {
  return text.replace(
    'Resources:',
    `Description: '${'x'.repeat(900)}'\nMetadata: {Notes: '${'x'.repeat(52_000)}'}\nResources:`,
  );
}

function corrected(scene: HintScene): Values {
  return { 'EcsCanary.Template': template(scene) };
}

/** The blog post's template, in the scene's cluster and beside the canary's listener. */
function template({ world }: HintScene): string {
  const text = articleTemplate('first-deployment.yaml').replace('Port: 80\n', 'Port: 8080\n');
  return fitArns(text, world.scene).text.replaceAll('cluster/test', `cluster/${world.scene.cluster}`);
}
