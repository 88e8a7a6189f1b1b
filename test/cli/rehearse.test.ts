import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runRehearse } from '../../src/cli/rehearse.ts';
import { UsageError } from '../../src/command-line/usage-error.ts';

async function problemsOf(...args: readonly string[]): Promise<readonly string[]> {
  const error = await runRehearse([...args, '--yes'], () => {}).catch((thrown: unknown) => thrown);
  if (!(error instanceof UsageError)) throw error;
  return error.message.split('\n').slice(0, -1);
}

it("before it starts, names the template's parameters without a value, and how to give them", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rehearse-'));
  const template = join(directory, 'template.yaml');
  writeFileSync(
    template,
    'Parameters: {Image: {Type: String}, Cluster: {Type: String}, Size: {Type: Number, Default: 1}}\nResources: {}\n',
  );
  expect(await problemsOf('--template', template)).toEqual([
    '--template: The template needs values for its parameters Image, Cluster. Put {"EcsCanary.TemplateParameters": "Image=#{Canary.Image}\\nCluster=VALUE"} into the file of --parameters.',
  ]);
  const values = join(directory, 'values.json');
  writeFileSync(values, '{"EcsCanary.TemplateParameters": {"Image": "#{Canary.Image}"}}');
  expect(await problemsOf('--template', template, '--parameters', values)).toEqual([
    expect.stringContaining('needs values for its parameters Cluster. Put'),
  ]);
});
