import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../../build/project-directory.ts';
import { renderPackagedScript, renderScriptBody } from '../../../src/octopus/template/wrapper.ts';
import { runScript } from '../../../src/rehearsal/script-run.ts';
import { createVariables } from '../../../src/rehearsal/substitution.ts';
import { fixtureStep } from './fixture-step.ts';

/** A program that attaches a file as every step does. */
function attachingProgram(): Buffer {
  const contents = `
import { attachArtifacts, saveInWorkingDirectory } from './src/runtime/artifacts.ts';
import { createTaskLog } from './src/octopus/log/task-log.ts';
attachArtifacts([{ name: 'report.html', content: '<p>gr\u00fcn</p>' }], saveInWorkingDirectory, createTaskLog(console.log));`;
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: projectDirectory, loader: 'ts' },
    ...{ bundle: true, write: false, platform: 'node', format: 'cjs' },
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

async function run(scriptBody: string) {
  const lines: string[] = [];
  const { collected, artifacts, exitCode } = await runScript({
    ...{ scriptBody, environment: {}, variables: createVariables([]) },
    log: (level, text) => lines.push(`${level}: ${text}`),
  });
  return { collected, artifacts, exitCode, lines };
}

it('an artifact is still there when the wrapper has removed its own folder and Octopus takes it', async () => {
  const { collected, artifacts, exitCode, lines } = await run(
    renderScriptBody(fixtureStep, attachingProgram(), '1.2.3'),
  );
  expect({ exitCode, lines: lines.filter((line) => !line.startsWith('info')) }).toEqual({ exitCode: 0, lines: [] });
  expect(collected.get('report.html')?.toString()).toBe('<p>gr\u00fcn</p>');
  expect(artifacts).toEqual([{ name: 'report.html', path: expect.stringMatching(/^\/.*\/report\.html$/), length: 12 }]);
});

it('the same holds for a packaged script, whose program is not unpacked', async () => {
  const script = renderPackagedScript(fixtureStep, attachingProgram(), '1.2.3');
  const program = attachingProgram().toString('base64');
  const { collected } = await run(`echo '${program}' | base64 -d >'${fixtureStep.id}.cjs'\n${script}`);
  expect(collected.get('report.html')?.toString()).toBe('<p>gr\u00fcn</p>');
});
