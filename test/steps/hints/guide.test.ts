import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { requireProgram, runProgram } from '../../support/cross-check.ts';
import { removeGreen } from './actions.ts';
import type { HintScene } from './hint-case.ts';
import { closeHintScene, openHintScene, resetHintScene } from './hint-scene.ts';

const hasCli = requireProgram('aws');

describe.skipIf(!hasCli)('an operator with a shell', () => {
  let scene: HintScene;
  let folder: string;
  beforeAll(async () => {
    scene = await openHintScene();
    folder = await mkdtemp(join(tmpdir(), 'guide-'));
  });
  beforeEach(() => resetHintScene(scene));
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await closeHintScene(scene);
  });

  const bash = async (script: string): Promise<string> => {
    const run = await runProgram('bash', ['-euo', 'pipefail', '-c', `cd ${folder}; STACK=canary; ${script}`], {
      AWS_ENDPOINT_URL: scene.world.emulator.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: scene.world.scene.region,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PAGER: '',
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    return run.stdout;
  };

  it("inspects a canary and rolls it back by hand as the operator's guide says, and the next deployment starts", async () => {
    const { world, awsConsole } = scene;
    await world.run(prepareBlue, {}, { deployment: 'Deployments-9' });
    await awsConsole.setWeights(40, 60);
    await awsConsole.tag('Green');
    const [inspect = '', move = '', release = ''] = await blocksOf('Inspecting, and rolling back by hand');
    // The guide tells people to edit the file where its comment is.
    expect(move).toMatch(/^# In actions\.json: blue's "Weight" 100, green's "Weight" 0\. Nothing else\.$/m);
    await writeFile(join(folder, 'edit.cjs'), await editor(scene));
    const edited = move.replace(/^# In .*$/m, `"${process.execPath}" edit.cjs`);
    const seen = await bash(`${inspect}\n${edited}\n${release}`);
    for (const told of ['UPDATE_COMPLETE', 'StableStack', 'ACTIVE', 'STEADY_STATE', '"Weight": 60', 'healthy'])
      expect(seen).toContain(told);
    expect([await awsConsole.weights(), await awsConsole.readTag()]).toEqual([{ blue: 100, green: 0 }, 'Blue']);
    expect((await world.run(prepareBlue)).error).toBeUndefined();
  });

  it('restores a task set that the stack lost, with the commands of the error; last test of this world', async () => {
    const { world, awsConsole } = scene;
    await removeGreen(scene);
    expect(await awsConsole.settle()).toBe('UPDATE_COMPLETE');
    const { error } = await world.run(prepareBlue);
    expect(error?.code).toBe('canary-not-found');
    const [read = ''] = /aws cloudformation get-template .* > template(?= \(with)/.exec(error?.hint ?? '') ?? [];
    const [, update = ''] = /(aws cloudformation update-stack .*) \./.exec(error?.hint ?? '') ?? [];
    await writeFile(join(folder, 'add.cjs'), addGreen);
    await bash(`${read}\n"${process.execPath}" add.cjs\n${update}`);
    expect(await awsConsole.settle()).toBe('UPDATE_COMPLETE');
    expect((await world.run(prepareBlue)).error).toBeUndefined();
  });
});

/** A copy of the other task set with its own logical id and target group, as the error says. */
const addGreen = `const { readFileSync, writeFileSync } = require('node:fs');
const template = JSON.parse(readFileSync('template', 'utf8'));
const copy = JSON.stringify(template.Resources.BlueTaskSet).replace('BlueTargetGroup', 'GreenTargetGroup');
template.Resources.GreenTaskSet = JSON.parse(copy);
writeFileSync('template', JSON.stringify(template));`;

/** The shell blocks of a section of the guide, up to the next section of the same level. */
async function blocksOf(section: string): Promise<readonly string[]> {
  const guide = await readFile(new URL('../../../docs/operators-guide.md', import.meta.url), 'utf8');
  const text = guide.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  return [...text.matchAll(/^```bash\n(.*?)^```/gms)].map(([, block]) => block ?? '');
}

/** A program that changes the two numbers and nothing else, as a person would in an editor. */
async function editor({ awsConsole }: HintScene): Promise<string> {
  const { BlueTargetGroup, GreenTargetGroup } = await awsConsole.outputs();
  return `const { readFileSync, writeFileSync } = require('node:fs');
const weights = ${JSON.stringify({ [BlueTargetGroup ?? '']: 100, [GreenTargetGroup ?? '']: 0 })};
const actions = JSON.parse(readFileSync('actions.json', 'utf8'));
for (const group of actions[0].ForwardConfig.TargetGroups) group.Weight = weights[group.TargetGroupArn];
writeFileSync('actions.json', JSON.stringify(actions));`;
}
