import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { runRehearse } from '../../src/cli/rehearse.ts';
import { type ProgramResult, runProgram } from '../support/cross-check.ts';

const page = readFileSync(new URL('../../docs/history.md', import.meta.url), 'utf8');
const [, rehearse = '', history = ''] = [...page.matchAll(/^```bash\n(.*?)^```/gms)].map(([, block = '']) => block);

/** Ends the rehearsal once the history was read. */
class Read extends Error {}

it('the history of a rehearsal is read with the commands of the documentation, while an approval waits', async () => {
  expect(rehearse).toBe('npm run rehearse\n');
  let address = '';
  let told: ProgramResult | undefined;
  const ask = async ({ step }: { readonly step: { readonly name: string } }) => {
    if (step.name === 'Approve 10%') return { proceed: true, notes: 'looks fine' };
    const command = history.replace(/http:\/\/127\.0\.0\.1:\d+/, address);
    // As in another terminal, without what this process set.
    const script = `unset AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED; cd '${projectDirectory}'; ${command}`;
    told = await runProgram('bash', ['-euo', 'pipefail', '-c', script], { AWS_PROFILE: 'no-such-profile' });
    throw new Read();
  };
  const write = (line: string) => {
    address ||= /^Emulated AWS at (http:\S+),/.exec(line)?.[1] ?? '';
  };
  await expect(runRehearse([], write, { ask })).rejects.toThrow(Read);
  expect(told).toMatchObject({ status: 0, stderr: '' });
  expect(told?.stdout).toMatch(/^Canary 1: open \(release 1\.1\.0 of .* to Rehearsal, Deployments-\d+\)$/m);
  expect(told?.stdout).toMatch(/ {2}share +0 % → 10 %\n.* at Approve 10_\n.*\n? +“looks fine”/);
});
