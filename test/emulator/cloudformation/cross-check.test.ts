import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram, runAwsCli } from '../../support/cross-check.ts';
import { type ArticleScene, openArticleScene } from './article-scene.ts';
import { stackShorthands } from './stack-scene.ts';

describe.skipIf(!requireProgram('aws'))('the article’s questions to CloudFormation, asked by the aws CLI', () => {
  let scene: ArticleScene;
  beforeAll(async () => {
    scene = await openArticleScene();
    await scene.deployFirst();
  });
  afterAll(() => scene.close());

  const aws = (...args: string[]) => runAwsCli(scene.emulator.url, ['cloudformation', ...args]);

  it('describe-stacks with the article’s kind of query gives a task set’s id', async () => {
    const query = "Stacks[0].Outputs[?OutputKey=='BlueTaskSet'].OutputValue | [0]";
    const { stdout, stderr } = await aws('describe-stacks', '--stack-name', 'canary', '--query', query);
    expect({ id: JSON.parse(stdout || 'null'), stderr }).toEqual({
      id: (await scene.outputs())['BlueTaskSet'],
      stderr: '',
    });
  });

  it('list-stack-resources and describe-stack-events follow every page', async () => {
    const resources = await aws('list-stack-resources', '--stack-name', 'canary');
    expect(JSON.parse(resources.stdout).StackResourceSummaries).toHaveLength(8);
    const events = await aws('describe-stack-events', '--stack-name', 'canary');
    expect(JSON.parse(events.stdout).StackEvents).toHaveLength((await scene.stack.events()).length);
  });

  it('get-template returns the template', async () => {
    const { stdout } = await aws('get-template', '--stack-name', 'canary');
    expect(JSON.parse(stdout).TemplateBody).toEqual(JSON.parse(scene.template('first-deployment.json')));
  });

  it('list-exports and list-imports say which stack imports what', async () => {
    const body = (rest: string) => `Resources: {R: {Type: Test::Fake::Resource${rest}`;
    const submit = (name: string, text: string) => aws('create-stack', '--stack-name', name, '--template-body', text);
    const exporting = body('}}\nOutputs: {O: {Value: shared, Export: {Name: of-the-network}}}');
    expect(await submit('network', exporting)).toMatchObject({ status: 0 });
    await stackShorthands(scene.emulator.world, 'network').settle('CREATE_COMPLETE');
    const importing = body(', Properties: {Value: !ImportValue of-the-network}}}');
    expect(await submit('importer', importing)).toMatchObject({ status: 0 });
    await stackShorthands(scene.emulator.world, 'importer').settle('CREATE_COMPLETE');
    expect(JSON.parse((await aws('list-exports')).stdout)).toMatchObject({
      Exports: [{ Name: 'of-the-network', Value: 'shared' }],
    });
    const imports = await aws('list-imports', '--export-name', 'of-the-network');
    expect(JSON.parse(imports.stdout)).toEqual({ Imports: ['importer'] });
  });

  it('the CLI reports errors as it does for AWS', async () => {
    const missing = await aws('describe-stacks', '--stack-name', 'nobody');
    expect(missing.status).not.toBe(0);
    expect(missing.stderr).toContain(
      'An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id nobody does not exist',
    );
    const unchanged = await aws('update-stack', '--stack-name', 'canary', '--use-previous-template');
    expect(unchanged.stderr).toContain(
      '(ValidationError) when calling the UpdateStack operation: No updates are to be performed.',
    );
  });
});
