import { strToU8, type Zippable, zipSync } from 'fflate';
import { type Release, templateName } from '../src/octopus/template/step-template.ts';
import { renderPackagedScript } from '../src/octopus/template/wrapper.ts';
import type { BuiltStep, GeneratedFile } from './generated-files.ts';

/**
 * The script package for Octopus's built-in feed: a bash script and a program for each step, with notices and a README.
 * Equal inputs give equal bytes, in any time zone.
 */
export function zipPackagedScripts(built: readonly BuiltStep[], release: Release, notices: string): GeneratedFile {
  const files: Zippable = {};
  for (const { step, program } of built) {
    const script = strToU8(renderPackagedScript(step, program, release.version));
    files[`${step.id}.sh`] = [script, { os: unix, attrs: executable }];
    files[`${step.id}.cjs`] = program;
  }
  files['README.md'] = strToU8(renderReadme(built, release));
  files['THIRD-PARTY-NOTICES.txt'] = strToU8(notices);
  const [year = 0, month = 1, day = 1] = release.date.split('-').map(Number);
  // Zip files store local times, so only a local date gives the same bytes everywhere.
  const mtime = new Date(year, month - 1, day, 12);
  return { path: `dist/octopus-ecs-canary.${release.version}.zip`, content: zipSync(files, { level: 9, mtime }) };
}

const unix = 3;
const executable = 0o755 << 16;

function renderReadme(built: readonly BuiltStep[], { version }: Release): string {
  const rows = built.map(({ step }) => {
    const own = Object.values(step.parameters).flatMap(({ name, actionProperty }) =>
      actionProperty === undefined ? [`\`${name}\``] : [],
    );
    return `| \`${step.id}.sh\` | ${templateName(step)} | ${own.join(', ')} |`;
  });
  return `# octopus-ecs-canary ${version}, as packaged scripts

Push this zip to Octopus's built-in feed. Run the scripts with steps of the type *Run an AWS CLI Script* and the
script source *Package*, on a worker or in an execution container with bash, openssl and Node.js 20.19 or newer
(for example an image of \`octopusdeploy/worker-tools\`).

The scripts use the AWS account and region of the step. They read their other parameters from project variables:

| Script | Same as the step template | Variables it reads |
|---|---|---|
${rows.join('\n')}

A variable that is missing or empty takes the default of the step template.
`;
}
